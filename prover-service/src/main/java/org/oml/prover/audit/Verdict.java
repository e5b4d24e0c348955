package org.oml.prover.audit;

/** What an audit found. */
enum Verdict {
  USES_WITH_PERMIT,
  USES_WITHOUT_PERMIT,
  DOES_NOT_USE,
  INCONCLUSIVE
}
