package org.oml.cli.demo;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.oml.cli.epochs.EpochVerification;
import org.oml.cli.terminal.Amounts;
import org.oml.cli.terminal.Table;

/**
 * How a demo run ended.
 *
 * @param seed what the run was seeded with
 * @param hosts the honest host first
 * @param traced the hosts whose weights the pirate was found to serve; empty if there is none
 * @param epochs what was settled, verified
 */
public record DemoReport(
    long seed,
    List<HostOutcome> hosts,
    List<String> traced,
    List<EpochVerification.Finding> epochs) {

  public DemoReport {
    hosts = List.copyOf(hosts);
    traced = List.copyOf(traced);
    epochs = List.copyOf(epochs);
  }

  /**
   * Whether those who paid and kept their weights kept their stake without a case, the others lost
   * some of theirs, the pirate's weights were traced, and every permit was charged once.
   */
  public boolean endedCorrectly() {
    return isSettled()
        && hosts.stream().allMatch(HostOutcome::isAsItShouldBe)
        && traced.equals(
            hosts.stream()
                .filter(host -> host.conduct() == Conduct.LEAKY)
                .map(HostOutcome::name)
                .toList());
  }

  private boolean isSettled() {
    return epochs.stream().allMatch(epoch -> epoch.agrees() && epoch.state().equals("CHARGED"))
        && charged() == hosts.stream().mapToLong(HostOutcome::permits).sum();
  }

  private long charged() {
    return epochs.stream().mapToLong(EpochVerification.Finding::count).sum();
  }

  /** The table that a person reads. */
  public String table() {
    Table table =
        new Table(
            "host",
            "queries",
            "permits",
            "keys asked",
            "answered",
            "verdict",
            "stake before",
            "stake after");
    for (HostOutcome host : hosts) {
      table.row(
          host.name(),
          host.queries(),
          host.permits(),
          host.keysAsked(),
          host.keysAnswered(),
          host.verdict(),
          Amounts.inTokens(host.stakeBefore()),
          Amounts.inTokens(host.stakeAfter()));
    }
    StringBuilder text = new StringBuilder(table.render());
    for (HostOutcome host : hosts) {
      host.transactions()
          .forEach(
              transaction ->
                  text.append("\n").append(host.name()).append("  ").append(transaction));
    }
    if (!traced.isEmpty()) {
      text.append("\n\nthe pirate serves the weights of: ").append(String.join(", ", traced));
    }
    BigInteger total =
        epochs.stream()
            .map(EpochVerification.Finding::total)
            .reduce(BigInteger.ZERO, BigInteger::add);
    text.append(
        "%n%nepochs on chain: %d, with %d permits for %s tokens; %s%n"
            .formatted(
                epochs.size(),
                charged(),
                Amounts.inTokens(total),
                isSettled() ? "ledger, database and chain agree" : "they do not agree"));
    return text.toString();
  }

  /** What the table says, in a sentence. */
  public String summary() {
    return endedCorrectly()
        ? "Kept their stake: %s. Slashed: %s.".formatted(names(false), names(true))
        : "This is not how it should end: see the logs.";
  }

  private String names(boolean guilty) {
    return hosts.stream()
        .filter(host -> host.conduct().isGuilty() == guilty)
        .map(HostOutcome::name)
        .collect(Collectors.joining(", "));
  }

  /** The same for a script; wide integers as decimal strings. */
  public Map<String, Object> json() {
    return Map.of(
        "version", 1,
        "seed", Long.toString(seed),
        "correct", endedCorrectly(),
        "pirateTracedTo", traced,
        "hosts", hosts.stream().map(DemoReport::json).toList(),
        "epochs", epochs.stream().map(EpochVerification.Finding::json).toList());
  }

  private static Map<String, Object> json(HostOutcome host) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", host.name());
    fields.put("queries", host.queries());
    fields.put("permits", host.permits());
    fields.put("keysAsked", host.keysAsked());
    fields.put("keysAnswered", host.keysAnswered());
    fields.put("verdict", host.verdict());
    fields.put("stakeBefore", host.stakeBefore().toString());
    fields.put("stakeAfter", host.stakeAfter().toString());
    fields.put("transactions", host.transactions());
    return fields;
  }
}
