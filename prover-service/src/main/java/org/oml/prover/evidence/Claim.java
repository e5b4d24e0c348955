package org.oml.prover.evidence;

/** What a case claims, with all that the court wants to see. */
sealed interface Claim permits Evidence, DoubleUse {

  /** When the earliest answer of the claim was served, in epoch seconds. */
  long earliestServedAt();

  /** When the latest was. */
  long latestServedAt();
}
