package org.oml.prover.audit;

import java.time.Duration;
import java.util.List;
import org.oml.protocol.CanonicalQuery.Kind;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How audits are asked.
 *
 * @param kinds the interfaces that are asked, by turns
 * @param concurrency audits at a time, at least 1
 * @param meanPause mean of the pauses between two queries
 * @param timeout for a whole answer
 * @param attempts how often one query is tried, at least 1
 * @param firstRetry pause before the second attempt; it doubles from then on
 * @param longestRetry pause between attempts at most
 * @param abandonAfter queries in a row without an answer after which the rest is left unasked
 * @param judgePatience how long an audit waits for the chain when all was asked
 * @param userAgent what the asker calls itself, like any other client
 */
@ConfigurationProperties("oml.prover.audit")
public record AuditSettings(
    @DefaultValue({"completion", "chat"}) List<Kind> kinds,
    @DefaultValue("8") int concurrency,
    @DefaultValue("250ms") Duration meanPause,
    @DefaultValue("30s") Duration timeout,
    @DefaultValue("10") int attempts,
    @DefaultValue("500ms") Duration firstRetry,
    @DefaultValue("5s") Duration longestRetry,
    @DefaultValue("2") int abandonAfter,
    @DefaultValue("10m") Duration judgePatience,
    @DefaultValue("python-requests/2.32.5") String userAgent) {

  /** Refuses settings with which no audit could run. */
  public AuditSettings {
    if (kinds.isEmpty() || concurrency < 1 || attempts < 1 || abandonAfter < 1) {
      throw new IllegalArgumentException(
          "oml.prover.audit needs at least one kind, and concurrency, attempts and abandon-after of 1 or more");
    }
    kinds = List.copyOf(kinds);
  }
}
