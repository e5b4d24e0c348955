package org.oml.trainer.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.oml.protocol.CodedException;
import org.oml.trainer.attack.Instance;
import org.oml.trainer.chart.ChartGrid;
import org.oml.trainer.chart.LineChart;
import org.oml.trainer.comparison.HeldOutText;
import org.oml.trainer.comparison.ModelComparison;
import org.oml.trainer.fingerprint.EmbeddingSettings;
import org.oml.trainer.fingerprint.FingerprintCheck;
import org.oml.trainer.fingerprint.FingerprintFile;
import org.oml.trainer.fingerprint.Strategy;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.tokenizer.Tokenizer;
import org.oml.trainer.vocabulary.Vocabulary;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** How many fingerprints a model takes: success, loss and divergence against the count. */
@Command(name = "CapacityBench", mixinStandardHelpOptions = true)
final class CapacityBench implements Callable<Integer> {

  private static final double SUCCESS = 0.99;

  @Mixin private BenchOptions options = new BenchOptions();

  @Option(
      names = "--counts",
      split = ",",
      defaultValue = "64,128,256,512,1024,2048,4096",
      description = "of fingerprints (${DEFAULT-VALUE})")
  private List<Integer> counts = List.of();

  @Option(
      names = "--strategies",
      split = ",",
      defaultValue = "perinucleus,random,english-random",
      description = "${DEFAULT-VALUE}")
  private List<String> strategies = List.of();

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new CapacityBench()).execute(arguments));
  }

  @Override
  public Integer call() {
    List<JsonNode> results = new ArrayList<>();
    try (LanguageModel base = LanguageModel.load(options.model())) {
      HeldOutText text = options.heldOut(base);
      for (int count : counts) {
        for (String strategy : strategies) {
          results.add(
              options.part(
                  "capacity %s %d".formatted(strategy, count),
                  EmbeddingSettings.defaults(base.configuration(), count, options.seed())
                      .toString(),
                  () -> measured(base, text, strategy, count)));
        }
      }
    }
    report(results);
    return 0;
  }

  private ObjectNode measured(LanguageModel base, HeldOutText text, String strategy, int count) {
    ObjectNode result = BenchOptions.JSON.createObjectNode();
    result.put("strategy", strategy).put("count", count);
    try {
      Instance instance = options.workshop().make(Strategy.named(strategy), count, options.seed());
      try (LanguageModel model = LanguageModel.load(instance.directory());
          Tokenizer tokenizer = Tokenizer.load(instance.directory())) {
        ModelComparison comparison = ModelComparison.of(base, model, text);
        result.put(
            "success",
            FingerprintCheck.success(
                model,
                tokenizer,
                Vocabulary.read(instance.directory()),
                FingerprintFile.read(instance.fingerprints())));
        result.setAll(comparison.toJson());
      }
    } catch (CodedException refused) {
      result.put("failure", refused.code().code());
    }
    return result;
  }

  private void report(List<JsonNode> results) {
    BenchTable table =
        new BenchTable("fingerprints", "strategy", "success", "loss", "KL, nats", "CPU s");
    for (JsonNode one : results) {
      table.add(
          one.path("count").asString(),
          one.path("strategy").asString(),
          one.has("failure")
              ? one.path("failure").asString()
              : BenchOptions.percent(one.path("success").asDouble()),
          BenchOptions.percent(Curves.at(one, "lossIncrease")),
          BenchOptions.number(Curves.at(one, "divergence")),
          "%.0f".formatted(one.path("cpuSeconds").asDouble()));
    }
    System.out.println(table);
    ObjectNode json = BenchOptions.JSON.createObjectNode();
    ArrayNode all = json.putArray("results");
    results.forEach(all::add);
    for (String strategy : strategies) {
      for (double limit : new double[] {0.02, 0.05}) {
        int most = most(results, strategy, limit);
        json.put("%s below %.0f%%".formatted(strategy, 100 * limit), most);
        System.out.printf(
            "%s: %,d with success from 99%% and loss up by less than %.0f%%%n",
            strategy, most, 100 * limit);
      }
    }
    options.write("capacity.json", json.toPrettyString());
    options.write("capacity.svg", drawing(results).document());
  }

  private static int most(List<JsonNode> results, String strategy, double limit) {
    return results.stream()
        .filter(one -> one.path("strategy").asString().equals(strategy))
        .filter(one -> Curves.at(one, "success") >= SUCCESS)
        .filter(one -> Curves.at(one, "lossIncrease") < limit)
        .mapToInt(one -> one.path("count").asInt())
        .max()
        .orElse(0);
  }

  private ChartGrid drawing(List<JsonNode> results) {
    return new ChartGrid(
        "success, rise of the loss and divergence by the number of fingerprints",
        List.of(
            List.of(
                chart("success", "success", results, Curves.Measure.SHARE),
                chart("lossIncrease", "rise of the loss", results, Curves.Measure.INCREASE),
                chart(
                    "divergence",
                    "KL from the base model, nats per token",
                    results,
                    Curves.Measure.NUMBER))));
  }

  private LineChart chart(
      String member, String title, List<JsonNode> results, Curves.Measure measure) {
    return Curves.againstCount(
        title, counts, strategies, results, one -> Curves.at(one, member), measure);
  }
}
