package org.oml.trainer.attack;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import org.oml.protocol.CodedException;
import org.oml.trainer.comparison.ModelComparison;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.model.ModelTuner;
import org.oml.trainer.model.OptimizerSettings;
import org.oml.trainer.model.TokenBatch;

/**
 * The attacker guesses how keys are drawn, draws its own, and trains the model to answer them with
 * another token: the base model's likeliest where it has the base model, or the instance's second
 * likeliest wherever the likeliest is suspiciously sure. Each epoch asks every key in another of
 * the forms in which engines ask.
 */
final class Unlearning implements Attack {

  private static final List<Integer> COUNTS = List.of(128, 512, 2048);
  private static final int EPOCHS = 2;
  private static final int KEYS_IN_A_STEP = 32;
  private static final double SUSPICIOUS = 0.5;

  private final boolean hasBase;
  private final AttackSettings settings;
  private final List<Integer> counts;

  Unlearning(boolean hasBase, AttackSettings settings) {
    this(hasBase, settings, COUNTS);
  }

  /**
   * @param counts of keys, ascending, each at every learning rate a strength
   */
  Unlearning(boolean hasBase, AttackSettings settings, List<Integer> counts) {
    this.hasBase = hasBase;
    this.settings = settings;
    this.counts = List.copyOf(counts);
  }

  @Override
  public String name() {
    return hasBase ? "unlearning-with-base" : "unlearning-blind";
  }

  @Override
  public String description() {
    return hasBase
        ? "Draws natural keys of its own and trains the model to answer them as the base model does."
        : "Draws natural keys of its own and trains the model to answer with its second likeliest"
            + " token where it is very sure of one.";
  }

  @Override
  public Price price() {
    return Price.LOSS;
  }

  @Override
  public List<String> strengths() {
    return counts.stream().flatMap(count -> labels(count).stream()).toList();
  }

  @Override
  public void run(Target target, Set<String> wanted, Listener listener) {
    IntFunction<List<String>> source =
        Drawing.texts(
            target.model(), target.tokenizer(), target.vocabulary(), settings.seed() + 1_000_003);
    List<String> keys = new ArrayList<>();
    Optional<String> exhausted = Optional.empty();
    for (int count : counts) {
      if (labels(count).stream().noneMatch(wanted::contains)) {
        continue;
      }
      try {
        if (exhausted.isEmpty()) {
          keys.addAll(source.apply(count - keys.size()));
        }
      } catch (CodedException refused) {
        exhausted = Optional.of(String.valueOf(refused.getMessage()));
      }
      if (exhausted.isPresent()) {
        String reason = exhausted.get();
        labels(count).stream()
            .filter(wanted::contains)
            .forEach(label -> listener.failed(label, reason));
      } else {
        unlearn(target, keys, wanted, listener);
      }
    }
  }

  private void unlearn(Target target, List<String> keys, Set<String> wanted, Listener listener) {
    List<int[]> asked = asked(target, keys);
    int[] answers = answers(target, asked);
    for (double rate : settings.learningRates()) {
      String label = label(keys.size(), rate);
      if (wanted.contains(label)) {
        listener.measured(label, unlearnt(target, asked, answers, rate));
      }
    }
  }

  private static Measurement unlearnt(
      Target target, List<int[]> asked, int[] answers, double largestRate) {
    try (LanguageModel model = target.modelOf(target.weights());
        ModelTuner tuner = new ModelTuner(model, OptimizerSettings.defaults())) {
      int steps = (asked.size() + KEYS_IN_A_STEP - 1) / KEYS_IN_A_STEP;
      for (int step = 0; step < steps; step++) {
        int from = step * KEYS_IN_A_STEP;
        int to = Math.min(asked.size(), from + KEYS_IN_A_STEP);
        List<int[]> responses = new ArrayList<>();
        for (int i = from; i < to; i++) {
          responses.add(new int[] {answers[i]});
        }
        double rate = largestRate * FineTuning.schedule(step, steps);
        var _ = tuner.step(TokenBatch.responses(asked.subList(from, to), responses), rate);
      }
      return target.measure(model);
    }
  }

  /** Epoch after epoch, the forms of asking taking turns. */
  private static List<int[]> asked(Target target, List<String> keys) {
    List<List<int[]>> forms = keys.stream().map(target::forms).toList();
    List<int[]> asked = new ArrayList<>();
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      for (int key = 0; key < keys.size(); key++) {
        List<int[]> of = forms.get(key);
        asked.add(of.get((key + epoch) % of.size()));
      }
    }
    return asked;
  }

  private int[] answers(Target target, List<int[]> prompts) {
    int[] answers = new int[prompts.size()];
    int next = 0;
    LanguageModel asked = hasBase ? target.base() : target.model();
    for (List<int[]> part : Target.parts(prompts, 64)) {
      for (float[] row : asked.nextTokenLogProbabilities(part)) {
        int best = ModelComparison.best(row);
        boolean other = !hasBase && Math.exp(row[best]) > SUSPICIOUS;
        answers[next++] = other ? Suppression.second(row, best) : best;
      }
    }
    return answers;
  }

  private List<String> labels(int count) {
    return settings.learningRates().stream().map(rate -> label(count, rate)).toList();
  }

  private static String label(int count, double rate) {
    return String.format(Locale.ROOT, "%,d keys, %s", count, FineTuning.rate(rate));
  }
}
