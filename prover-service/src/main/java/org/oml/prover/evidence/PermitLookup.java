package org.oml.prover.evidence;

import java.util.List;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.prover.ProverError;

/**
 * Whether the community sold a permit for a query. It may be asked only when the evidence is
 * committed to.
 */
@FunctionalInterface
interface PermitLookup {

  /**
   * The permits that were issued for a query, as strings; empty if there are none.
   *
   * @throws CodedException {@link ProverError#LOOKUP_FAILED} when nobody can say
   */
  List<String> permitsFor(Bytes32 queryHash);
}
