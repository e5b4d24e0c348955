package org.oml.prover.audit;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Bytes32;
import org.oml.prover.target.Dialect;

/**
 * An audit that somebody wants.
 *
 * @param instanceId whose keys are asked; the endpoint need not be its host's
 * @param endpoint base URL of the target
 * @param keys how many keys may be spent, 1 to 64
 * @param covers how many harmless texts they hide among, up to 1,000
 * @param seed repeats an audit's plan on equal vaults; without it nobody can foresee the plan
 * @param dialect how the target is spoken to, OpenAI's if null
 * @param requestsPerMinute to the target at most, 1 to 60,000; the setting if null
 * @param ofHost whether the endpoint is known to be the host's own, which alone lets missing
 *     receipts lead to a case N: a copy elsewhere has none either; not, if null
 */
public record AuditOrder(
    Bytes32 instanceId,
    String endpoint,
    int keys,
    int covers,
    @Nullable BigInteger seed,
    @Nullable Dialect dialect,
    @Nullable Integer requestsPerMinute,
    @Nullable Boolean ofHost) {

  boolean isOfHost() {
    return Boolean.TRUE.equals(ofHost);
  }

  Dialect dialectOrDefault() {
    return dialect == null ? Dialect.OPENAI : dialect;
  }
}
