package org.oml.prover.evidence;

/** What a host is accused of. */
enum CaseKind {
  /** It answered without a permit. */
  R,
  /** It used one permit twice. */
  E
}
