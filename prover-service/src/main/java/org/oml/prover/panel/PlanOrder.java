package org.oml.prover.panel;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Bytes32;
import org.oml.prover.target.Dialect;

/**
 * A plan that somebody wants.
 *
 * @param kind N for the instance's host, T for a copy elsewhere
 * @param endpoint base URL of the target
 * @param dialect how the target is spoken to, OpenAI's if null
 * @param questions T: which fingerprints are asked, and what each weighs in the code; drawn if
 *     null, with the weights of the instance's code, or 1 each where it has none
 * @param threshold T: the weight that hits must reach; if null that of the code, or 0
 */
record PlanOrder(
    PanelKind kind,
    Bytes32 instanceId,
    String endpoint,
    @Nullable Dialect dialect,
    @Nullable List<Weighted> questions,
    @Nullable Integer threshold) {

  /**
   * A fingerprint to ask.
   *
   * @param index in its instance
   * @param weight from 1 to 65,535
   */
  record Weighted(int index, int weight) {}

  static PlanOrder ofHost(Bytes32 instanceId, String endpoint) {
    return new PlanOrder(PanelKind.N, instanceId, endpoint, Dialect.OPENAI, null, null);
  }
}
