package org.oml.trainer.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.oml.protocol.CodedException;
import org.oml.trainer.attack.AttackResult;
import org.oml.trainer.attack.AttackRun;
import org.oml.trainer.attack.AttackSettings;
import org.oml.trainer.attack.Attacks;
import org.oml.trainer.attack.FinishedParts;
import org.oml.trainer.attack.Instance;
import org.oml.trainer.attack.InstructionRows;
import org.oml.trainer.chart.ChartGrid;
import org.oml.trainer.chart.LineChart;
import org.oml.trainer.comparison.HeldOutText;
import org.oml.trainer.fingerprint.Strategy;
import org.oml.trainer.model.LanguageModel;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What is left of fingerprints after fine-tuning and after merging, against their count. */
@Command(name = "PersistenceBench", mixinStandardHelpOptions = true)
final class PersistenceBench implements Callable<Integer> {

  private static final Set<String> DRAWN_MERGES =
      Set.of("merge-linear 0.9", "merge-linear 0.8", "merge-linear 0.7", "merge-linear 0.6");
  private static final int CHARTS_IN_A_ROW = 3;

  @Mixin private BenchOptions options = new BenchOptions();

  @Option(
      names = "--counts",
      split = ",",
      defaultValue = "64,128,256,512,1024",
      description = "of fingerprints (${DEFAULT-VALUE})")
  private List<Integer> counts = List.of();

  @Option(
      names = "--strategies",
      split = ",",
      defaultValue = "perinucleus,random,english-random",
      description = "${DEFAULT-VALUE}")
  private List<String> strategies = List.of();

  @Option(names = "--tune", required = true, description = "JSONL of instructions")
  private Path tune = Path.of("");

  @Option(names = "--rows", defaultValue = "1000000", description = "of it at most")
  private int rows;

  @Option(names = "--epochs", defaultValue = "2", description = "${DEFAULT-VALUE}")
  private int epochs;

  @Option(
      names = "--learning-rate",
      split = ",",
      defaultValue = "1e-4",
      description = "${DEFAULT-VALUE}")
  private List<Double> rates = List.of();

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new PersistenceBench()).execute(arguments));
  }

  @Override
  public Integer call() {
    AttackSettings settings =
        new AttackSettings(
            options.seed(),
            Optional.of(InstructionRows.read(tune, rows)),
            epochs,
            rates,
            AttackSettings.RANK,
            AttackSettings.BATCH);
    List<JsonNode> results = new ArrayList<>();
    try (LanguageModel base = LanguageModel.load(options.model())) {
      HeldOutText text = options.heldOut(base);
      for (int count : counts) {
        for (String strategy : strategies) {
          results.addAll(attacked(base, text, settings, strategy, count));
        }
      }
    }
    report(results);
    return 0;
  }

  private List<JsonNode> attacked(
      LanguageModel base, HeldOutText text, AttackSettings settings, String strategy, int count) {
    Instance instance;
    try {
      instance = options.workshop().make(Strategy.named(strategy), count, options.seed());
    } catch (CodedException refused) {
      System.err.println(strategy + " " + count + ": " + refused.getMessage());
      return List.of();
    }
    String conditions =
        String.join(
            " ",
            options.identity(),
            FinishedParts.digest(tune),
            String.valueOf(rows),
            String.valueOf(epochs),
            rates.toString());
    AttackRun run =
        new AttackRun(
            base,
            text,
            Attacks.named(settings, List.of("none", "fine-tuning", "merge-linear", "merge-slerp")),
            conditions,
            Optional.of(new FinishedParts(options.out().resolve("parts"))),
            System.err::println);
    List<JsonNode> results = new ArrayList<>();
    for (AttackResult result : run.run(List.of(instance), soFar -> {})) {
      results.add(result.toJson().put("strategy", strategy).put("count", count));
    }
    return results;
  }

  private void report(List<JsonNode> results) {
    List<String> kinds =
        results.stream()
            .map(PersistenceBench::kind)
            .distinct()
            .filter(kind -> !kind.startsWith("none"))
            .toList();
    List<String> heads = new ArrayList<>(List.of("attack"));
    counts.forEach(count -> strategies.forEach(one -> heads.add(one + " " + count)));
    BenchTable table = new BenchTable(heads.toArray(String[]::new));
    for (String kind : kinds) {
      List<String> cells = new ArrayList<>(List.of(kind));
      for (int count : counts) {
        for (String strategy : strategies) {
          cells.add(
              results.stream()
                  .filter(one -> kind(one).equals(kind))
                  .filter(one -> one.path("count").asInt() == count)
                  .filter(one -> one.path("strategy").asString().equals(strategy))
                  .findFirst()
                  .map(one -> BenchOptions.percent(Curves.at(one, "success")))
                  .orElse("–"));
        }
      }
      table.add(cells.toArray(String[]::new));
    }
    System.out.println(table);
    ObjectNode json = BenchOptions.JSON.createObjectNode();
    ArrayNode all = json.putArray("results");
    results.forEach(all::add);
    options.write("persistence.json", json.toPrettyString());
    options.write("persistence.svg", drawing(kinds, results).document());
  }

  /** Success by count after fine-tuning, and after merges that leave most of the instance. */
  private ChartGrid drawing(List<String> kinds, List<JsonNode> results) {
    List<LineChart> charts =
        kinds.stream()
            .filter(kind -> kind.startsWith("fine-tuning") || DRAWN_MERGES.contains(kind))
            .map(kind -> chart(kind, results))
            .toList();
    List<List<LineChart>> rows = new ArrayList<>();
    for (int from = 0; from < charts.size(); from += CHARTS_IN_A_ROW) {
      rows.add(charts.subList(from, Math.min(charts.size(), from + CHARTS_IN_A_ROW)));
    }
    return new ChartGrid("fingerprints left after fine-tuning and after merging", rows);
  }

  private LineChart chart(String kind, List<JsonNode> results) {
    return Curves.againstCount(
        kind,
        counts,
        strategies,
        results.stream().filter(one -> kind(one).equals(kind)).toList(),
        one -> Curves.at(one, "success"),
        Curves.Measure.SHARE);
  }

  private static String kind(JsonNode result) {
    return result.path("attack").asString() + " " + result.path("strength").asString();
  }
}
