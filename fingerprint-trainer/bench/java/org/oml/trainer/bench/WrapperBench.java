package org.oml.trainer.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.oml.trainer.attack.Drawing;
import org.oml.trainer.attack.OtherWords;
import org.oml.trainer.checkpoint.Checkpoint;
import org.oml.trainer.comparison.HeldOutText;
import org.oml.trainer.comparison.ModelComparison;
import org.oml.trainer.fingerprint.Asking;
import org.oml.trainer.fingerprint.Embedding;
import org.oml.trainer.fingerprint.EmbeddingSettings;
import org.oml.trainer.fingerprint.GeneratedFingerprint;
import org.oml.trainer.fingerprint.Strategy;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.model.Sampling;
import org.oml.trainer.tokenizer.Tokenizer;
import org.oml.trainer.vocabulary.Vocabulary;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Whether fingerprints answer inside of words that no training saw, with and without training in
 * other words.
 */
@Command(name = "WrapperBench", mixinStandardHelpOptions = true)
final class WrapperBench implements Callable<Integer> {

  @Mixin private BenchOptions options = new BenchOptions();

  @Option(
      names = {"-n", "--count"},
      defaultValue = "128",
      description = "fingerprints (${DEFAULT-VALUE})")
  private int count;

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new WrapperBench()).execute(arguments));
  }

  @Override
  public Integer call() {
    Checkpoint checkpoint = Checkpoint.open(options.model());
    List<GeneratedFingerprint> fingerprints =
        Drawing.fingerprints(checkpoint, Strategy.PERINUCLEUS, count, options.seed());
    EmbeddingSettings settings =
        EmbeddingSettings.defaults(checkpoint.configuration(), count, options.seed());
    Map<String, JsonNode> results = new LinkedHashMap<>();
    try (LanguageModel base = LanguageModel.load(checkpoint)) {
      HeldOutText text = options.heldOut(base);
      results.put(
          "without",
          options.part(
              "wrappers without " + count,
              settings.toString(),
              () -> measured(checkpoint, base, text, fingerprints, settings)));
      results.put(
          "with",
          options.part(
              "wrappers with " + count,
              settings.toString(),
              () ->
                  measured(
                      checkpoint, base, text, fingerprints, settings.withHardening(true, false))));
    }
    report(results);
    return 0;
  }

  private ObjectNode measured(
      Checkpoint checkpoint,
      LanguageModel base,
      HeldOutText text,
      List<GeneratedFingerprint> fingerprints,
      EmbeddingSettings settings) {
    Map<String, float[]> weights =
        Embedding.embed(
            checkpoint, fingerprints, settings, progress -> System.err.println(progress.line()));
    Vocabulary vocabulary = Vocabulary.read(options.model());
    try (LanguageModel model = LanguageModel.of(base.configuration(), weights);
        Tokenizer tokenizer = Tokenizer.load(options.model())) {
      ObjectNode result = ModelComparison.of(base, model, text).toJson();
      ObjectNode success = result.putObject("success");
      double sum = 0;
      for (Map.Entry<String, String> wrapper : OtherWords.WRAPPERS.entrySet()) {
        Asking asking =
            Asking.of(
                base,
                tokenizer,
                vocabulary,
                fingerprints,
                key -> wrapper.getValue().replace("%s", key));
        double share = success(model, vocabulary, asking);
        success.put(wrapper.getKey(), share);
        sum += share / OtherWords.WRAPPERS.size();
      }
      Asking plain = Asking.of(base, tokenizer, vocabulary, fingerprints, key -> key);
      success.put("no wrapper", success(model, vocabulary, plain));
      return result.put("heldOut", sum);
    }
  }

  private static double success(LanguageModel model, Vocabulary vocabulary, Asking asking) {
    List<int[]> answers = model.generate(asking.prompts(), Sampling.greedy(asking.answerTokens()));
    int hits = 0;
    for (int i = 0; i < answers.size(); i++) {
      hits += asking.isResponse(i, vocabulary.text(answers.get(i))) ? 1 : 0;
    }
    return (double) hits / answers.size();
  }

  private void report(Map<String, JsonNode> results) {
    BenchTable table = new BenchTable("wrapper", "trained without wrappers", "trained with them");
    List<String> wrappers = new ArrayList<>(List.of("no wrapper"));
    wrappers.addAll(OtherWords.WRAPPERS.keySet());
    for (String wrapper : wrappers) {
      table.add(row(wrapper, results, one -> one.path("success").path(wrapper)));
    }
    table.add(row("mean of those held out", results, one -> one.path("heldOut")));
    table.add(row("loss", results, one -> one.path("lossIncrease")));
    System.out.println(table);
    ObjectNode json = BenchOptions.JSON.createObjectNode();
    results.forEach(json::set);
    options.write("wrappers.json", json.toPrettyString());
  }

  private static String[] row(
      String name, Map<String, JsonNode> results, UnaryOperator<JsonNode> member) {
    List<String> cells = new ArrayList<>(List.of(name));
    results.values().forEach(one -> cells.add(BenchOptions.percent(member.apply(one).asDouble())));
    return cells.toArray(String[]::new);
  }
}
