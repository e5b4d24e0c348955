package org.oml.prover.audit;

/** What an audit found. */
enum Verdict {
  /** The model is used, and valid permits came with its answers. */
  USES_WITH_PERMIT,
  /** The gateway signed that it answered a key without a permit. This alone accuses. */
  USES_WITHOUT_PERMIT,
  /** The model is used, and its answers came without receipts that show a permit or its absence. */
  USES_WITHOUT_RECEIPT,
  DOES_NOT_USE,
  INCONCLUSIVE,
  /** One or more instances can be named from which the model came. */
  TRACED,
  NOBODY_NAMED
}
