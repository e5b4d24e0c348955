package org.oml.prover.audit;

/** How an answer compares with a fingerprint's response. */
enum Match {
  /** As the court reads it: from the first word on, up to a word boundary. */
  EXACT,
  /** The same words behind what chat models put around them. It counts off chain alone. */
  NORMALISED,
  NONE;

  boolean isMatch() {
    return this != NONE;
  }
}
