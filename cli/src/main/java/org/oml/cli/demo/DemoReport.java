package org.oml.cli.demo;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.oml.cli.terminal.Amounts;
import org.oml.cli.terminal.Table;

/**
 * How a demo run ended.
 *
 * @param seed what the run was seeded with
 * @param hosts the honest host first, then the freeloader
 */
public record DemoReport(long seed, List<HostOutcome> hosts) {

  public DemoReport {
    hosts = List.copyOf(hosts);
  }

  /** Whether the honest host kept its stake and the freeloader lost some of its. */
  public boolean endedCorrectly() {
    return hosts.size() == 2
        && hosts.get(0).keptStake()
        && hosts.get(0).transactions().isEmpty()
        && !hosts.get(1).keptStake();
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
    return text.append("\n").toString();
  }

  /** What the table says, in a sentence. */
  public String summary() {
    return endedCorrectly()
        ? "The honest host kept its stake; the freeloader was slashed."
        : "This is not how it should end: see the logs.";
  }

  /** The same for a script; wide integers as decimal strings. */
  public Map<String, Object> json() {
    return Map.of(
        "version", 1,
        "seed", Long.toString(seed),
        "correct", endedCorrectly(),
        "hosts", hosts.stream().map(DemoReport::json).toList());
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
