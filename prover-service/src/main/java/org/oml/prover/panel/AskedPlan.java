package org.oml.prover.panel;

import java.util.List;
import org.oml.protocol.Bytes32;
import org.oml.prover.target.Dialect;

/**
 * What a member is given of a plan: its own questions, without the responses.
 *
 * @param version 1
 * @param kind of the case
 * @param endpoint where it is asked, as attestations name it
 * @param covers harmless texts to ask among them
 */
record AskedPlan(
    int version,
    PanelKind kind,
    Bytes32 planId,
    Bytes32 instanceId,
    String endpoint,
    Dialect dialect,
    List<Item> questions,
    List<String> covers) {

  /**
   * A question.
   *
   * @param place in the plan
   */
  record Item(int place, String key) {}
}
