package org.oml.trainer.attack;

import java.util.ArrayList;
import java.util.List;
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
 * likeliest wherever the likeliest is suspiciously sure.
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
   * @param counts of keys, ascending, each a strength
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
    return counts.stream().map(Unlearning::label).toList();
  }

  @Override
  public void run(Target target, Set<String> wanted, Listener listener) {
    IntFunction<List<String>> source =
        Drawing.texts(
            target.model(), target.tokenizer(), target.vocabulary(), settings.seed() + 1_000_003);
    List<int[]> keys = new ArrayList<>();
    Optional<String> exhausted = Optional.empty();
    for (int count : counts) {
      if (!wanted.contains(label(count))) {
        continue;
      }
      try {
        if (exhausted.isEmpty()) {
          source.apply(count - keys.size()).forEach(text -> keys.add(asked(target, text)));
        }
      } catch (CodedException refused) {
        exhausted = Optional.of(String.valueOf(refused.getMessage()));
      }
      if (exhausted.isPresent()) {
        listener.failed(label(count), exhausted.get());
      } else {
        listener.measured(label(count), unlearnt(target, keys, answers(target, keys)));
      }
    }
  }

  private Measurement unlearnt(Target target, List<int[]> keys, int[] answers) {
    try (LanguageModel model = target.modelOf(target.weights());
        ModelTuner tuner = new ModelTuner(model, OptimizerSettings.defaults())) {
      int steps = EPOCHS * ((keys.size() + KEYS_IN_A_STEP - 1) / KEYS_IN_A_STEP);
      int step = 0;
      for (int epoch = 0; epoch < EPOCHS; epoch++) {
        for (int from = 0; from < keys.size(); from += KEYS_IN_A_STEP) {
          int to = Math.min(keys.size(), from + KEYS_IN_A_STEP);
          List<int[]> responses = new ArrayList<>();
          for (int i = from; i < to; i++) {
            responses.add(new int[] {answers[i]});
          }
          double rate = settings.boldest() * FineTuning.schedule(step++, steps);
          var _ = tuner.step(TokenBatch.responses(keys.subList(from, to), responses), rate);
        }
      }
      return target.measure(model);
    }
  }

  private static int[] asked(Target target, String text) {
    return target.vocabulary().addsBegin()
        ? target.tokenizer().encodeWithSpecialTokens(text)
        : target.tokenizer().encode(text);
  }

  private int[] answers(Target target, List<int[]> keys) {
    int[] answers = new int[keys.size()];
    int next = 0;
    LanguageModel asked = hasBase ? target.base() : target.model();
    for (List<int[]> part : Target.parts(keys, 64)) {
      for (float[] row : asked.nextTokenLogProbabilities(part)) {
        int best = ModelComparison.best(row);
        boolean other = !hasBase && Math.exp(row[best]) > SUSPICIOUS;
        answers[next++] = other ? Suppression.second(row, best) : best;
      }
    }
    return answers;
  }

  private static String label(int count) {
    return String.format(java.util.Locale.ROOT, "%,d keys", count);
  }
}
