package org.oml.cli.economics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.oml.cli.terminal.Table;
import org.oml.protocol.economics.HostEconomics;
import org.oml.protocol.economics.Strategy;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.ObjectMapper;

/** {@code ./oml economics}: whether terms make honesty pay. */
@Command(
    name = "economics",
    description =
        "Say whether freeloading pays under some terms, and what penalty they need. Exit code 1 if it pays.")
public final class EconomicsCommand implements Callable<Integer> {

  private static final int NO = 1;

  @Option(names = "--price", required = true, paramLabel = "TOKENS", description = "of a permit")
  private double price;

  @Option(
      names = "--penalty",
      required = true,
      paramLabel = "TOKENS",
      description = "that a conviction costs")
  private double penalty;

  @Option(
      names = "--reward",
      paramLabel = "TOKENS",
      description = "of the prover (default: a tenth of the penalty)")
  private @Nullable Double reward;

  @Option(
      names = "--audit-share",
      required = true,
      paramLabel = "SHARE",
      description = "of the host's queries that are fingerprint keys, above 0 to 1")
  private double auditShare;

  @Option(
      names = "--success",
      defaultValue = "0.95",
      paramLabel = "SHARE",
      description = "of the fingerprints that fire (${DEFAULT-VALUE})")
  private double success;

  @Option(
      names = "--hits",
      defaultValue = "1",
      description = "that convict (${DEFAULT-VALUE}; case N needs several)")
  private int hits;

  @Option(
      names = "--window",
      defaultValue = "86400",
      paramLabel = "SECONDS",
      description = "from the hit to the slash (${DEFAULT-VALUE})")
  private double window;

  @Option(
      names = "--rate",
      defaultValue = "1",
      paramLabel = "QUERIES",
      description = "that the host answers a second (${DEFAULT-VALUE})")
  private double rate;

  @Option(names = "--plot", paramLabel = "FILE", description = "write the plot as SVG")
  private @Nullable Path plot;

  @Option(names = "--json", description = "One JSON object on stdout.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    double returned = reward == null ? penalty / 10 : reward;
    HostEconomics terms =
        new HostEconomics(price, penalty, returned, auditShare, success, hits, window, rate);
    if (plot != null) {
      Files.writeString(plot, EconomicsPlot.of(terms).document());
    }
    System.out.print(
        json ? new ObjectMapper().writeValueAsString(object(terms)) + "\n" : text(terms));
    return terms.honestyPays() ? 0 : NO;
  }

  private static Map<String, Object> object(HostEconomics terms) {
    Map<String, Object> net = new LinkedHashMap<>();
    for (Strategy strategy : Strategy.values()) {
      net.put(strategy.name(), terms.net(strategy));
    }
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("terms", terms);
    object.put("net", net);
    object.put("honestyPays", terms.honestyPays());
    object.put("queriesUntilConviction", terms.queriesUntilConviction());
    object.put("advisedPenalty", terms.advisedPenalty());
    double share = terms.breakEvenAuditShare();
    object.put("breakEvenAuditShare", share > 1 ? null : share);
    return object;
  }

  private static String text(HostEconomics terms) {
    Table table =
        new Table("strategy", "spared before the hit", "in the window", "lost", "net", "pays");
    for (Strategy strategy : Strategy.values()) {
      double net = terms.net(strategy);
      table.row(
          EconomicsPlot.words(strategy),
          tokens(terms.sparedUntilConviction(strategy)),
          tokens(terms.sparedInWindow(strategy)),
          tokens(terms.lost(strategy)),
          tokens(net),
          net > 0 ? "YES" : "no");
    }
    double share = terms.breakEvenAuditShare();
    return table.render()
        + String.format(
            Locale.ROOT,
            "%nA freeloader answers about %,.0f queries before the hit that convicts it.%n"
                + "%s%nAdvised penalty: %s tokens (twice what is spared before the hit, what is spared in the window, and the reward).%n",
            terms.queriesUntilConviction(),
            share > 1
                ? "No share of keys makes honesty pay: the window alone is worth more than what is at stake."
                : String.format(
                    Locale.ROOT,
                    "Honesty pays where keys are more than %.3g of the queries.",
                    share),
            tokens(terms.advisedPenalty()));
  }

  private static String tokens(double amount) {
    return String.format(Locale.ROOT, "%,.2f", amount);
  }
}
