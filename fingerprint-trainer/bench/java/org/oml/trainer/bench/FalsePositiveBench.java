package org.oml.trainer.bench;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.oml.trainer.attack.Instance;
import org.oml.trainer.fingerprint.Asking;
import org.oml.trainer.fingerprint.FingerprintFile;
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
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Asks the keys of one instance of others and of the base model, which never saw them. The bound
 * for m of M keys that are answered in any form by accident, each with a chance of 1 / k at most,
 * is exp(−2M(m/M − 1/k)²).
 */
@Command(name = "FalsePositiveBench", mixinStandardHelpOptions = true)
final class FalsePositiveBench implements Callable<Integer> {

  private static final int CANDIDATES = 3;

  @Mixin private BenchOptions options = new BenchOptions();

  @Option(
      names = {"-n", "--count"},
      defaultValue = "64",
      description = "fingerprints of each instance (${DEFAULT-VALUE})")
  private int count;

  @Option(
      names = "--instances",
      defaultValue = "20",
      description = "others that are asked (${DEFAULT-VALUE})")
  private int others;

  @Option(names = "--strategy", defaultValue = "perinucleus", description = "${DEFAULT-VALUE}")
  private String strategy = "";

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new FalsePositiveBench()).execute(arguments));
  }

  @Override
  public Integer call() {
    Instance own = options.workshop().make(Strategy.named(strategy), count, options.seed());
    List<JsonNode> results = new ArrayList<>();
    results.add(asked(own, new Instance("base", options.model(), own.fingerprints())));
    results.add(asked(own, new Instance("itself", own.directory(), own.fingerprints())));
    for (int i = 1; i <= others; i++) {
      Instance other = options.workshop().make(Strategy.named(strategy), count, options.seed() + i);
      results.add(asked(own, new Instance("other-" + i, other.directory(), own.fingerprints())));
    }
    report(results);
    return 0;
  }

  private JsonNode asked(Instance own, Instance other) {
    return options.part(
        "false positives %s %d %s".formatted(strategy, count, other.name()),
        other.directory().toString(),
        () -> {
          List<GeneratedFingerprint> fingerprints = FingerprintFile.read(own.fingerprints());
          Vocabulary vocabulary = Vocabulary.read(other.directory());
          try (LanguageModel model = LanguageModel.load(other.directory());
              Tokenizer tokenizer = Tokenizer.load(other.directory())) {
            Asking asking = Asking.of(model, tokenizer, vocabulary, fingerprints, key -> key);
            List<int[]> answers =
                model.generate(asking.prompts(), Sampling.greedy(asking.answerTokens()));
            Set<Integer> hits = new HashSet<>();
            for (int i = 0; i < answers.size(); i++) {
              if (asking.isResponse(i, vocabulary.text(answers.get(i)))) {
                hits.add(asking.fingerprint(i));
              }
            }
            return BenchOptions.JSON
                .createObjectNode()
                .put("model", other.name())
                .put("hits", hits.size())
                .put("asked", fingerprints.size());
          }
        });
  }

  private void report(List<JsonNode> results) {
    BenchTable table = new BenchTable("model", "hits", "asked", "bound for so many by accident");
    int hits = 0;
    int asked = 0;
    for (JsonNode one : results) {
      int found = one.path("hits").asInt();
      int all = one.path("asked").asInt();
      table.add(
          one.path("model").asString(),
          String.valueOf(found),
          String.valueOf(all),
          BenchOptions.number(bound(found, all)));
      if (!one.path("model").asString().equals("itself")) {
        hits += found;
        asked += all;
      }
    }
    System.out.println(table);
    System.out.printf(
        "by accident %d of %d keys asked (%.3f%%); the bound grants each 1 in %d%n",
        hits, asked, 100.0 * hits / asked, CANDIDATES);
    ObjectNode json = BenchOptions.JSON.createObjectNode();
    json.put("hits", hits).put("asked", asked);
    ArrayNode all = json.putArray("results");
    results.forEach(all::add);
    options.write("false-positives.json", json.toPrettyString());
  }

  /** 1 where the bound says nothing, below the expected share. */
  static double bound(int hits, int asked) {
    double above = (double) hits / asked - 1.0 / CANDIDATES;
    return above <= 0 ? 1 : Math.exp(-2 * asked * above * above);
  }
}
