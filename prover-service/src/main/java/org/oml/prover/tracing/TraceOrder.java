package org.oml.prover.tracing;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Bytes32;
import org.oml.prover.audit.AuditOrder;
import org.oml.prover.target.Dialect;

/**
 * A trace that somebody wants.
 *
 * @param endpoint base URL of whoever serves a copy
 * @param instanceId any of the code's; the vault's only code if null and there is no model either
 * @param modelId whose code is asked
 * @param keys how many are asked, 1 to 512; 32 if null
 * @param covers how many harmless texts they hide among; as many as keys if null
 * @param seed repeats a plan on equal vaults
 * @param dialect how the target is spoken to, OpenAI's if null
 * @param requestsPerMinute to the target at most; the setting if null
 * @param falseAccusation probability of naming any innocent instance, in all traces of the endpoint
 *     together, at most; 0.01 if null
 */
record TraceOrder(
    String endpoint,
    @Nullable Bytes32 instanceId,
    @Nullable Bytes32 modelId,
    @Nullable Integer keys,
    @Nullable Integer covers,
    @Nullable BigInteger seed,
    @Nullable Dialect dialect,
    @Nullable Integer requestsPerMinute,
    @Nullable Double falseAccusation) {

  private static final int KEYS = 32;
  private static final double FALSE_ACCUSATION = 0.01;

  double bound() {
    return falseAccusation == null ? FALSE_ACCUSATION : falseAccusation;
  }

  /** As it is asked. */
  AuditOrder asked(Bytes32 ofInstance) {
    int count = keys == null ? KEYS : keys;
    return new AuditOrder(
        ofInstance,
        endpoint,
        count,
        covers == null ? count : covers,
        seed,
        dialect,
        requestsPerMinute,
        false);
  }
}
