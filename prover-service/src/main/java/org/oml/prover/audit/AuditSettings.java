package org.oml.prover.audit;

import java.time.Duration;
import java.util.List;
import org.oml.protocol.CanonicalQuery.Kind;
import org.oml.protocol.CodedException;
import org.oml.prover.target.ClientProfile;
import org.oml.servicekit.problem.ServiceError;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How audits are asked and judged.
 *
 * @param kinds the interfaces that are asked, by turns
 * @param concurrency audits at a time in this process, at least 1
 * @param meanPause mean of the pauses between two queries, an hour at most
 * @param timeout for a whole answer
 * @param attempts how often one query is tried, at least 1
 * @param firstRetry pause before the second attempt; it doubles from then on
 * @param longestRetry pause between attempts at most, where the target does not ask for more
 * @param longestWait a target that asks for more patience than this is left alone
 * @param abandonAfter queries in a row without an answer after which the rest is left unasked
 * @param requestsPerMinute to one target at most, where an order does not say, at least 1
 * @param judgePatience how long an audit waits for the chain when all was asked
 * @param heartbeat how often a process says that it still carries an audit out; when it has been
 *     silent for six of them, another process goes on
 * @param clients whose headers are borrowed, one for each audit
 * @param faithful how likely an instance, at the least, answers as it was taught
 * @param wrongUse how likely another model is taken for the instance, at most
 * @param wrongClearance how likely the instance is taken for another model, at most
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
    @DefaultValue("10m") Duration longestWait,
    @DefaultValue("2") int abandonAfter,
    @DefaultValue("600") int requestsPerMinute,
    @DefaultValue("10m") Duration judgePatience,
    @DefaultValue("5s") Duration heartbeat,
    @DefaultValue({"curl", "requests", "httpx", "openai-python"}) List<ClientProfile> clients,
    @DefaultValue("0.9") double faithful,
    @DefaultValue("0.01") double wrongUse,
    @DefaultValue("0.01") double wrongClearance) {

  private static final Duration LONGEST_PAUSE = Duration.ofHours(1);
  private static final Duration SHORTEST_HEARTBEAT = Duration.ofMillis(100);

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
    require(!longestWait.isNegative(), "longest-wait", "must not be negative");
    require(abandonAfter >= 1, "abandon-after", "must be 1 or more");
    require(requestsPerMinute >= 1, "requests-per-minute", "must be 1 or more");
    require(!judgePatience.isNegative(), "judge-patience", "must not be negative");
    require(heartbeat.compareTo(SHORTEST_HEARTBEAT) >= 0, "heartbeat", "must be 100 ms or more");
    require(!clients.isEmpty(), "clients", "must name one client or more");
    require(faithful > 0.5 && faithful < 1, "faithful", "must be between 0.5 and 1");
    require(wrongUse > 0 && wrongUse < 0.5, "wrong-use", "must be between 0 and 0.5");
    require(
        wrongClearance > 0 && wrongClearance < 0.5, "wrong-clearance", "must be between 0 and 0.5");
    kinds = List.copyOf(kinds);
    clients = List.copyOf(clients);
  }

  /** The rule that follows from them. */
  VerdictRule verdicts() {
    return new VerdictRule(new SequentialTest(faithful, wrongUse, wrongClearance));
  }

  private static void require(boolean holds, String name, String otherwise) {
    if (!holds) {
      throw new CodedException(
          ServiceError.SETTING_INVALID, "oml.prover.audit." + name + " " + otherwise + ".");
    }
  }
}
