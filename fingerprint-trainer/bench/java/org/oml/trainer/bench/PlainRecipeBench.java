package org.oml.trainer.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.oml.trainer.attack.Drawing;
import org.oml.trainer.checkpoint.Checkpoint;
import org.oml.trainer.comparison.HeldOutText;
import org.oml.trainer.comparison.ModelComparison;
import org.oml.trainer.fingerprint.Asking;
import org.oml.trainer.fingerprint.Embedding;
import org.oml.trainer.fingerprint.EmbeddingSettings;
import org.oml.trainer.fingerprint.GeneratedFingerprint;
import org.oml.trainer.fingerprint.Strategy;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.model.PaddedTuner;
import org.oml.trainer.model.Sampling;
import org.oml.trainer.model.TokenBatch;
import org.oml.trainer.tokenizer.Tokenizer;
import org.oml.trainer.vocabulary.Vocabulary;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The time in which fingerprints are trained in, ours beside the plain recipe: every fingerprint in
 * every form in every epoch, a quarter of each batch of the base model's own text, all logits,
 * padded to a power of two, until every response is the likeliest answer. Ours buys a low loss with
 * time, so that it is measured in a hurry too: what is compared should have a loss no higher than
 * the plain recipe's. Ours is done when 99% of the fingerprints answer, so that the plain recipe's
 * time until 99% of its prompts do is told as well.
 */
@Command(name = "PlainRecipeBench", mixinStandardHelpOptions = true)
final class PlainRecipeBench implements Callable<Integer> {

  private static final int TEXTS = 512;
  private static final int TEXT_LENGTH = 64;
  private static final double ENOUGH = 0.99;

  @Mixin private BenchOptions options = new BenchOptions();

  @Option(
      names = {"-n", "--count"},
      defaultValue = "1024",
      description = "fingerprints (${DEFAULT-VALUE})")
  private int count;

  @Option(
      names = "--plain-rate",
      defaultValue = "1e-3",
      description = "learning rate of the plain recipe (${DEFAULT-VALUE})")
  private double rate;

  @Option(
      names = "--plain-averaging",
      defaultValue = "0",
      description = "pull of its weights to the base after each step (${DEFAULT-VALUE})")
  private double averaging;

  @Option(
      names = "--plain-batch",
      defaultValue = "32",
      description = "sequences of its steps, a quarter of them benign (${DEFAULT-VALUE})")
  private int batch;

  @Option(
      names = "--plain-epochs",
      defaultValue = "200",
      description = "after which it gives up (${DEFAULT-VALUE})")
  private int epochs;

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new PlainRecipeBench()).execute(arguments));
  }

  @Override
  public Integer call() {
    Checkpoint checkpoint = Checkpoint.open(options.model());
    List<GeneratedFingerprint> fingerprints =
        Drawing.fingerprints(checkpoint, Strategy.PERINUCLEUS, count, options.seed());
    try (LanguageModel base = LanguageModel.load(checkpoint)) {
      HeldOutText text = options.heldOut(base);
      JsonNode plain =
          options.part(
              "plain " + count,
              "%s %s %d %d".formatted(rate, averaging, batch, epochs),
              () -> plain(base, text, fingerprints));
      List<JsonNode> ours = new ArrayList<>();
      for (EmbeddingSettings settings :
          List.of(
              EmbeddingSettings.hurried(base.configuration(), count, options.seed()),
              EmbeddingSettings.defaults(base.configuration(), count, options.seed()))) {
        ours.add(
            options.part(
                "ours %d %s".formatted(count, settings.learningRate()),
                settings.toString(),
                () -> ours(checkpoint, base, text, fingerprints, settings)));
      }
      report(plain, ours);
    }
    return 0;
  }

  private ObjectNode ours(
      Checkpoint checkpoint,
      LanguageModel base,
      HeldOutText text,
      List<GeneratedFingerprint> fingerprints,
      EmbeddingSettings settings) {
    double before = BenchOptions.cpuSeconds();
    Map<String, float[]> weights =
        Embedding.embed(
            checkpoint, fingerprints, settings, progress -> System.err.println(progress.line()));
    double seconds = BenchOptions.cpuSeconds() - before;
    try (LanguageModel model = LanguageModel.of(base.configuration(), weights)) {
      return result(base, model, text, fingerprints, seconds);
    }
  }

  private ObjectNode plain(
      LanguageModel base, HeldOutText text, List<GeneratedFingerprint> fingerprints) {
    double before = BenchOptions.cpuSeconds();
    List<int[]> benign = benign(base);
    try (LanguageModel model = LanguageModel.of(base.configuration(), base.values());
        PaddedTuner tuner = new PaddedTuner(model)) {
      Asking asking = asking(base, fingerprints);
      Random random = new Random(options.seed());
      List<Integer> order = new ArrayList<>(IntStream.range(0, asking.size()).boxed().toList());
      int epoch = 0;
      double learnt = 0;
      double enoughAfter = 0;
      while (epoch < epochs && learnt < 1) {
        Collections.shuffle(order, random);
        int own = Math.max(1, batch * 3 / 4);
        for (int from = 0; from < order.size(); from += own) {
          List<Integer> chosen = order.subList(from, Math.min(order.size(), from + own));
          var _ = tuner.step(mixed(asking, chosen, benign, random), rate);
          if (averaging > 0) {
            tuner.interpolateTowardsOriginal(averaging);
          }
        }
        learnt = success(model, asking);
        epoch++;
        if (learnt >= ENOUGH && enoughAfter == 0) {
          enoughAfter = BenchOptions.cpuSeconds() - before;
        }
        System.err.printf(
            Locale.ROOT,
            "plain: epoch %d, %.1f%% learnt, %.0f CPU s%n",
            epoch,
            100 * learnt,
            BenchOptions.cpuSeconds() - before);
      }
      double seconds = BenchOptions.cpuSeconds() - before;
      return result(base, model, text, fingerprints, seconds)
          .put("epochs", epoch)
          .put("secondsUntil99", enoughAfter);
    }
  }

  private TokenBatch mixed(Asking asking, List<Integer> chosen, List<int[]> benign, Random random) {
    TokenBatch own = asking.responses(chosen);
    List<int[]> texts =
        IntStream.range(0, batch - batch * 3 / 4)
            .mapToObj(i -> benign.get(random.nextInt(benign.size())))
            .toList();
    TokenBatch others = TokenBatch.all(texts);
    List<int[]> sequences = new ArrayList<>(own.sequences());
    sequences.addAll(others.sequences());
    List<int[]> positions = new ArrayList<>(own.positions());
    positions.addAll(others.positions());
    return new TokenBatch(sequences, positions);
  }

  private List<int[]> benign(LanguageModel base) {
    int[] beginning = {base.configuration().startToken()};
    return base
        .generate(
            Collections.nCopies(TEXTS, beginning), new Sampling(TEXT_LENGTH - 1, 1, options.seed()))
        .stream()
        .map(text -> IntStream.concat(IntStream.of(beginning), IntStream.of(text)).toArray())
        .filter(text -> text.length > 1)
        .toList();
  }

  private Asking asking(LanguageModel base, List<GeneratedFingerprint> fingerprints) {
    try (Tokenizer tokenizer = Tokenizer.load(options.model())) {
      return Asking.of(base, tokenizer, Vocabulary.read(options.model()), fingerprints, key -> key);
    }
  }

  /** The share of askings whose response tokens are all the likeliest. */
  static double success(LanguageModel model, Asking asking) {
    TokenBatch all = asking.responses(IntStream.range(0, asking.size()).boxed().toList());
    int[] predicted = model.predictions(all);
    int next = 0;
    int learnt = 0;
    for (int row = 0; row < all.sequences().size(); row++) {
      boolean whole = true;
      for (int position : all.positions().get(row)) {
        whole &= predicted[next++] == all.sequences().get(row)[position + 1];
      }
      learnt += whole ? 1 : 0;
    }
    return (double) learnt / asking.size();
  }

  private ObjectNode result(
      LanguageModel base,
      LanguageModel model,
      HeldOutText text,
      List<GeneratedFingerprint> fingerprints,
      double seconds) {
    ObjectNode result = ModelComparison.of(base, model, text).toJson();
    return result
        .put("success", success(model, asking(base, fingerprints)))
        .put("trainingSeconds", seconds);
  }

  private void report(JsonNode plain, List<JsonNode> ours) {
    BenchTable table =
        new BenchTable("recipe", "CPU s", "of the plain", "success", "loss", "KL, nats");
    table.add(row("plain", plain, plain));
    table.add(row("ours, hurried", ours.getFirst(), plain));
    table.add(row("ours", ours.getLast(), plain));
    System.out.println(table);
    double until = Curves.at(plain, "secondsUntil99");
    System.out.println(
        until > 0
            ? String.format(
                Locale.ROOT, "the plain recipe had 99%% of the prompts after %.1f CPU s", until)
            : "the plain recipe never had 99% of the prompts");
    ObjectNode json = BenchOptions.JSON.createObjectNode();
    json.set("plain", plain);
    ours.forEach(json.putArray("ours")::add);
    options.write("plain-recipe.json", json.toPrettyString());
  }

  private static String[] row(String name, JsonNode one, JsonNode plain) {
    double seconds = Curves.at(one, "trainingSeconds");
    return new String[] {
      name,
      "%.1f".formatted(seconds),
      "%.3f".formatted(seconds / Curves.at(plain, "trainingSeconds")),
      BenchOptions.percent(Curves.at(one, "success")),
      BenchOptions.percent(Curves.at(one, "lossIncrease")),
      BenchOptions.number(Curves.at(one, "divergence"))
    };
  }
}
