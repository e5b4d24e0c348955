package org.oml.prover.evidence;

/** Where a case stands. */
enum CaseState {
  /** The commitment is on its way to the chain. */
  COMMITTING,
  /** The commitment is on chain. Only now is anybody asked about a permit. */
  COMMITTED,
  /** No permit was found; the evidence is on its way to the chain. */
  REVEALING,
  /** The court opened the case; anybody may rebut. */
  REVEALED,
  /** Nobody did; the conviction is on its way. */
  FINALISING,
  /** The stake is slashed. The payout follows. */
  CONVICTED,
  /** Somebody showed the permit. */
  REBUTTED,
  /** The permission service had the permit: the host paid, and the prover loses its bond. */
  WITHDRAWN,
  /** It came to nothing, for the reason that the case names. */
  FAILED
}
