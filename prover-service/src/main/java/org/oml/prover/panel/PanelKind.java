package org.oml.prover.panel;

import org.oml.contracts.PanelPlan;

/** What a plan accuses of. */
enum PanelKind {
  /** The instance's host serves without receipts. */
  N(PanelPlan.Kind.N),
  /** A copy of the instance serves elsewhere. */
  T(PanelPlan.Kind.T);

  private final PanelPlan.Kind kind;

  PanelKind(PanelPlan.Kind kind) {
    this.kind = kind;
  }

  PanelPlan.Kind forCourt() {
    return kind;
  }
}
