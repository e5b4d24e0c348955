package org.oml.prover.panel;

/** Where the court has a plan. */
enum TrialState {
  NONE,
  COMMITTED,
  OPENED,
  EXPIRED,
  ACQUITTED,
  CONVICTED,
  STOPPED,
  PAID
}
