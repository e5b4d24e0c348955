package org.oml.prover.panel;

import org.jspecify.annotations.Nullable;
import org.oml.protocol.Bytes32;
import org.oml.prover.target.Dialect;

/**
 * A plan that somebody wants. Its questions are drawn, and what they weigh follows from the
 * instance's code, if it has one: nobody chooses them.
 *
 * @param kind N for the instance's host, T for a copy elsewhere
 * @param endpoint base URL of the target
 * @param dialect how the target is spoken to, OpenAI's if null
 */
record PlanOrder(PanelKind kind, Bytes32 instanceId, String endpoint, @Nullable Dialect dialect) {

  static PlanOrder ofHost(Bytes32 instanceId, String endpoint) {
    return new PlanOrder(PanelKind.N, instanceId, endpoint, Dialect.OPENAI);
  }
}
