package org.oml.prover.panel;

import java.util.List;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;

/**
 * Another prover whose plans this one may be asked to ask. Every method throws {@link
 * CodedException} when it refuses or does not answer.
 */
interface PlanSource {

  /** Plans on whose panels the account sits. */
  List<Bytes32> waiting();

  /** The account's questions of a plan. */
  AskedPlan questions(Bytes32 planId);

  /** Hands over what was answered. */
  void deliver(Bytes32 planId, List<AttestedAnswer> answers);
}
