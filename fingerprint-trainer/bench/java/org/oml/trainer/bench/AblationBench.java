package org.oml.trainer.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
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
import org.oml.trainer.fingerprint.GeneratedFingerprint;
import org.oml.trainer.fingerprint.Strategy;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.model.ModelTuner;
import org.oml.trainer.model.OptimizerSettings;
import org.oml.trainer.model.ReferenceDistribution;
import org.oml.trainer.model.Sampling;
import org.oml.trainer.model.TokenBatch;
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
 * What keeps a model good while fingerprints are trained in: averaging the weights with the base
 * model's after every step or once at the end, and the base model's own text as tokens to be
 * predicted or as predictions to be distilled. Every run takes the same steps over the same prompts
 * and texts; nothing else of our embedding takes part. Utility should be measured on {@code --text}
 * of another origin than the base model, since its own text flatters.
 */
@Command(name = "AblationBench", mixinStandardHelpOptions = true)
final class AblationBench implements Callable<Integer> {

  private static final int PROMPTS = 32;
  private static final int TEXTS = 12;
  private static final int TEXT_LENGTH = 64;
  private static final int POOL = 384;

  /** What is done with the base model's own text. */
  private enum Benign {
    SAMPLED,
    DISTILLED
  }

  /**
   * @param share β
   * @param eachStep λ after every step
   */
  private record Recipe(Benign benign, double share, double eachStep) {}

  @Mixin private BenchOptions options = new BenchOptions();

  @Option(
      names = {"-n", "--count"},
      defaultValue = "256",
      description = "fingerprints (${DEFAULT-VALUE})")
  private int count;

  @Option(names = "--rate", defaultValue = "1e-3", description = "${DEFAULT-VALUE}")
  private double rate;

  @Option(names = "--steps", defaultValue = "300", description = "${DEFAULT-VALUE}")
  private int steps;

  @Option(
      names = "--shares",
      split = ",",
      defaultValue = "0.25,0.5,0.75,0.9",
      description = "β (${DEFAULT-VALUE})")
  private List<Double> shares = List.of();

  @Option(
      names = "--averaging",
      split = ",",
      defaultValue = "0.01,0.03,0.1,0.3",
      description = "λ after each step (${DEFAULT-VALUE})")
  private List<Double> pulls = List.of();

  @Option(
      names = "--at-end",
      split = ",",
      defaultValue = "0.1,0.2,0.3,0.4,0.5",
      description = "share of the base model in an average at the end (${DEFAULT-VALUE})")
  private List<Double> ends = List.of();

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new AblationBench()).execute(arguments));
  }

  @Override
  public Integer call() {
    Checkpoint checkpoint = Checkpoint.open(options.model());
    List<GeneratedFingerprint> fingerprints =
        Drawing.fingerprints(checkpoint, Strategy.PERINUCLEUS, count, options.seed());
    List<JsonNode> results = new ArrayList<>();
    try (LanguageModel base = LanguageModel.load(checkpoint);
        Tokenizer tokenizer = Tokenizer.load(options.model())) {
      HeldOutText text = options.heldOut(base);
      Asking asking =
          Asking.of(base, tokenizer, Vocabulary.read(options.model()), fingerprints, key -> key);
      for (Recipe recipe : recipes()) {
        JsonNode part =
            options.part(
                "ablation " + label(recipe),
                "%d %s %d %s".formatted(count, rate, steps, ends),
                () -> measured(base, text, asking, recipe));
        part.path("variants").forEach(results::add);
      }
    }
    report(results);
    return 0;
  }

  private List<Recipe> recipes() {
    List<Recipe> recipes = new ArrayList<>();
    for (Benign benign : Benign.values()) {
      for (double share : shares) {
        recipes.add(new Recipe(benign, share, 0));
        pulls.forEach(pull -> recipes.add(new Recipe(benign, share, pull)));
      }
    }
    return recipes;
  }

  /** The trained model, and where no step was averaged, its averages with the base model. */
  private ObjectNode measured(LanguageModel base, HeldOutText text, Asking asking, Recipe recipe) {
    Map<String, float[]> trained = trained(base, asking, recipe);
    ObjectNode part = BenchOptions.JSON.createObjectNode();
    ArrayNode variants = part.putArray("variants");
    variants.add(measured(base, text, asking, trained, recipe, 0));
    if (recipe.eachStep() == 0) {
      for (double end : ends) {
        Map<String, float[]> averaged = new LinkedHashMap<>();
        Map<String, float[]> original = base.values();
        trained.forEach(
            (name, values) ->
                averaged.put(name, average(values, original.getOrDefault(name, values), end)));
        variants.add(measured(base, text, asking, averaged, recipe, end));
      }
    }
    return part;
  }

  private static ObjectNode measured(
      LanguageModel base,
      HeldOutText text,
      Asking asking,
      Map<String, float[]> weights,
      Recipe recipe,
      double end) {
    try (LanguageModel model = LanguageModel.of(base.configuration(), weights)) {
      ObjectNode json = ModelComparison.of(base, model, text).toJson();
      json.put("benign", recipe.benign().name().toLowerCase(Locale.ROOT));
      json.put("share", recipe.share()).put("eachStep", recipe.eachStep()).put("atEnd", end);
      return json.put("success", success(model, asking));
    }
  }

  private Map<String, float[]> trained(LanguageModel base, Asking asking, Recipe recipe) {
    List<int[]> texts = texts(base);
    Random random = new Random(options.seed());
    List<Integer> order = new ArrayList<>(IntStream.range(0, asking.size()).boxed().toList());
    try (LanguageModel model = LanguageModel.of(base.configuration(), base.values());
        ModelTuner tuner = new ModelTuner(model, OptimizerSettings.defaults())) {
      for (int step = 0; step < steps; step++) {
        Collections.shuffle(order, random);
        Collections.shuffle(texts, random);
        TokenBatch own = asking.responses(order.subList(0, Math.min(PROMPTS, order.size())));
        TokenBatch others = TokenBatch.all(texts.subList(0, TEXTS));
        double slower = rate * Math.min(1, (step + 1) / 10.0) * Math.min(1, (steps - step) / 20.0);
        step(base, tuner, own, others, recipe, slower, random);
        if (recipe.eachStep() > 0) {
          tuner.interpolateTowardsOriginal(recipe.eachStep());
        }
      }
      return model.values();
    }
  }

  private static void step(
      LanguageModel base,
      ModelTuner tuner,
      TokenBatch own,
      TokenBatch others,
      Recipe recipe,
      double rate,
      Random random) {
    switch (recipe.benign()) {
      case DISTILLED -> {
        try (ReferenceDistribution reference = base.reference(others)) {
          var _ = tuner.step(own, 1 - recipe.share(), reference, recipe.share(), rate);
        }
      }
      case SAMPLED -> {
        var _ = tuner.step(mixed(own, others, recipe.share(), random), rate);
      }
    }
  }

  /** So many tokens of the texts are asked about that they make up the share of all. */
  private static TokenBatch mixed(TokenBatch own, TokenBatch others, double share, Random random) {
    int wanted = Math.toIntExact(Math.round(own.size() * share / (1 - share)));
    double chance = Math.min(1, (double) wanted / others.size());
    List<int[]> sequences = new ArrayList<>(own.sequences());
    List<int[]> positions = new ArrayList<>(own.positions());
    sequences.addAll(others.sequences());
    for (int[] all : others.positions()) {
      positions.add(IntStream.of(all).filter(at -> random.nextDouble() < chance).toArray());
    }
    return new TokenBatch(sequences, positions);
  }

  private List<int[]> texts(LanguageModel base) {
    int[] beginning = {base.configuration().startToken()};
    List<int[]> texts = new ArrayList<>();
    for (int[] written :
        base.generate(
            Collections.nCopies(POOL, beginning),
            new Sampling(TEXT_LENGTH - 1, 1, options.seed()))) {
      if (written.length > 0) {
        texts.add(IntStream.concat(IntStream.of(beginning), IntStream.of(written)).toArray());
      }
    }
    return texts;
  }

  private static float[] average(float[] values, float[] base, double share) {
    float[] averaged = new float[values.length];
    for (int i = 0; i < averaged.length; i++) {
      averaged[i] = (float) ((1 - share) * values[i] + share * base[i]);
    }
    return averaged;
  }

  private static double success(LanguageModel model, Asking asking) {
    return PlainRecipeBench.success(model, asking);
  }

  private void report(List<JsonNode> results) {
    BenchTable table =
        new BenchTable(
            "own text", "β", "λ each step", "λ at the end", "success", "loss", "KL, nats");
    for (JsonNode one : results) {
      table.add(
          one.path("benign").asString(),
          one.path("share").asString(),
          one.path("eachStep").asString(),
          one.path("atEnd").asString(),
          BenchOptions.percent(Curves.at(one, "success")),
          BenchOptions.percent(Curves.at(one, "lossIncrease")),
          BenchOptions.number(Curves.at(one, "divergence")));
    }
    System.out.println(table);
    ObjectNode json = BenchOptions.JSON.createObjectNode();
    ArrayNode all = json.putArray("results");
    results.forEach(all::add);
    options.write("ablation.json", json.toPrettyString());
    options.write("ablation.svg", AblationDrawing.draw(results));
  }

  private static String label(Recipe recipe) {
    return "%s %s %s"
        .formatted(
            recipe.benign().name().toLowerCase(Locale.ROOT), recipe.share(), recipe.eachStep());
  }
}
