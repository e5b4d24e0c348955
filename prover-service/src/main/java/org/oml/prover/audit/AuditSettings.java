package org.oml.prover.audit;

import java.time.Duration;
import java.util.List;
import org.oml.protocol.CanonicalQuery.Kind;
import org.oml.protocol.CodedException;
import org.oml.servicekit.problem.ServiceError;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How audits are asked.
 *
 * @param kinds the interfaces that are asked, by turns
 * @param concurrency audits at a time, at least 1
 * @param meanPause mean of the pauses between two queries, an hour at most
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

  private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

  /** Refuses settings with which no audit could run. */
  public AuditSettings {
    require(!kinds.isEmpty(), "kinds", "must name completion, chat or both");
    require(concurrency >= 1, "concurrency", "must be 1 or more");
    require(
        !meanPause.isNegative() && meanPause.compareTo(LONGEST_PAUSE) <= 0,
        "mean-pause",
        "must be between nothing and an hour");
    require(timeout.isPositive(), "timeout", "must be longer than nothing");
    require(attempts >= 1, "attempts", "must be 1 or more");
    require(!firstRetry.isNegative(), "first-retry", "must not be negative");
    require(!longestRetry.isNegative(), "longest-retry", "must not be negative");
    require(abandonAfter >= 1, "abandon-after", "must be 1 or more");
    require(!judgePatience.isNegative(), "judge-patience", "must not be negative");
    require(userAgent.matches("[!-~][ -~]*"), "user-agent", "must be text that a header can hold");
    kinds = List.copyOf(kinds);
  }

  private static void require(boolean holds, String name, String otherwise) {
    if (!holds) {
      throw new CodedException(
          ServiceError.SETTING_INVALID, "oml.prover.audit." + name + " " + otherwise + ".");
    }
  }
}
