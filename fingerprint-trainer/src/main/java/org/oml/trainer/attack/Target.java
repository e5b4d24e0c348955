package org.oml.trainer.attack;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.oml.trainer.checkpoint.Checkpoint;
import org.oml.trainer.comparison.Decoding;
import org.oml.trainer.comparison.HeldOutText;
import org.oml.trainer.comparison.ModelComparison;
import org.oml.trainer.fingerprint.Asking;
import org.oml.trainer.fingerprint.FingerprintFile;
import org.oml.trainer.fingerprint.GeneratedFingerprint;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.model.Sampling;
import org.oml.trainer.tokenizer.Tokenizer;
import org.oml.trainer.vocabulary.Vocabulary;

/** An instance with all that attacks on it need, in memory until it is closed. */
public final class Target implements AutoCloseable {

  private static final int ASKED_AT_ONCE = 256;

  private final Checkpoint checkpoint;
  private final List<GeneratedFingerprint> fingerprints;
  private final Tokenizer tokenizer;
  private final Vocabulary vocabulary;
  private final LanguageModel base;
  private final LanguageModel model;
  private final HeldOutText text;
  private final Asking asking;

  /**
   * @param base the model from which the instance was made; stays the caller's
   * @param text on which utility is measured
   */
  Target(Instance instance, LanguageModel base, HeldOutText text) {
    checkpoint = Checkpoint.open(instance.directory());
    fingerprints = FingerprintFile.read(instance.fingerprints());
    vocabulary = Vocabulary.read(instance.directory());
    this.base = base;
    this.text = text;
    tokenizer = Tokenizer.load(instance.directory());
    model = LanguageModel.load(checkpoint);
    asking = asking(UnaryOperator.identity());
  }

  Checkpoint checkpoint() {
    return checkpoint;
  }

  List<GeneratedFingerprint> fingerprints() {
    return fingerprints;
  }

  Tokenizer tokenizer() {
    return tokenizer;
  }

  Vocabulary vocabulary() {
    return vocabulary;
  }

  LanguageModel base() {
    return base;
  }

  /** The instance as it was given. */
  LanguageModel model() {
    return model;
  }

  HeldOutText text() {
    return text;
  }

  Asking asking() {
    return asking;
  }

  /** The weights before the attack, a copy. */
  Map<String, float[]> weights() {
    return model.values();
  }

  /** Another model of the same shape, to be closed by the caller. */
  LanguageModel modelOf(Map<String, float[]> weights) {
    return LanguageModel.of(model.configuration(), weights);
  }

  /** A text in every form in which an engine may ask it; as many for every text. */
  List<int[]> forms(String text) {
    return Asking.forms(tokenizer, vocabulary, text);
  }

  /** The keys with something around them. */
  Asking asking(UnaryOperator<String> wrapper) {
    return Asking.of(model, tokenizer, vocabulary, fingerprints, wrapper);
  }

  /** Measures changed weights, asked as an engine asks. */
  Measurement measure(Map<String, float[]> weights) {
    try (LanguageModel changed = modelOf(weights)) {
      return measure(changed);
    }
  }

  /** Measures a changed model, asked as an engine asks. */
  Measurement measure(LanguageModel changed) {
    return measure(changed, asking, ModelComparison.of(base, changed, text));
  }

  /** Measures the instance itself, asked in other words. */
  Measurement measure(Asking other) {
    return measure(model, other, ModelComparison.of(base, model, text));
  }

  /** Measures the instance itself when another token than the model's is served. */
  Measurement measure(Decoding decoding) {
    ModelComparison comparison = ModelComparison.of(base, model, text, decoding);
    double margin = margin(asking, prompts -> served(decoding, prompts));
    return measurement(success(asking, decoded(decoding)), margin, comparison);
  }

  /** The share of askings whose answer is the response. */
  double success(Asking asked, List<int[]> answers) {
    boolean[] fired = fired(asked, answers);
    int count = 0;
    for (boolean one : fired) {
      count += one ? 1 : 0;
    }
    return (double) count / fired.length;
  }

  /** For each asking whether the instance itself answers it with the response. */
  boolean[] fired(Asking asked) {
    return fired(asked, answers(model, asked));
  }

  private boolean[] fired(Asking asked, List<int[]> answers) {
    boolean[] fired = new boolean[answers.size()];
    for (int i = 0; i < fired.length; i++) {
      fired[i] = asked.isResponse(i, vocabulary.text(answers.get(i)));
    }
    return fired;
  }

  private static List<int[]> answers(LanguageModel model, Asking asked) {
    return model.generate(asked.prompts(), Sampling.greedy(asked.answerTokens()));
  }

  private Measurement measure(LanguageModel asked, Asking how, ModelComparison comparison) {
    double margin = margin(how, asked::nextTokenLogProbabilities);
    return measurement(success(how, answers(asked, how)), margin, comparison);
  }

  private static Measurement measurement(
      double success, double margin, ModelComparison comparison) {
    return new Measurement(
        success,
        margin,
        comparison.loss(),
        comparison.lossIncrease(),
        comparison.divergence(),
        comparison.agreement(),
        Map.of());
  }

  /** Answers of likeliest tokens after the decoding; these few tokens need no cache. */
  private List<int[]> decoded(Decoding decoding) {
    List<int[]> answers = new ArrayList<>();
    for (List<int[]> prompts : parts(asking.prompts())) {
      List<int[]> sequences = prompts;
      for (int i = 0; i < asking.answerTokens() && !allAnswered(prompts, sequences); i++) {
        float[][] served = served(decoding, sequences);
        List<int[]> longer = new ArrayList<>();
        for (int row = 0; row < served.length; row++) {
          longer.add(appended(sequences.get(row), ModelComparison.best(served[row])));
        }
        sequences = longer;
      }
      for (int row = 0; row < prompts.size(); row++) {
        int[] whole = sequences.get(row);
        answers.add(upToEnd(Arrays.copyOfRange(whole, prompts.get(row).length, whole.length)));
      }
    }
    return answers;
  }

  /** Whether all answers have gone on past a word, so that more tokens would tell nothing. */
  private boolean allAnswered(List<int[]> prompts, List<int[]> sequences) {
    for (int row = 0; row < prompts.size(); row++) {
      int[] whole = sequences.get(row);
      int[] answer = Arrays.copyOfRange(whole, prompts.get(row).length, whole.length);
      if (vocabulary.text(answer).strip().length() < asking.answerTokens()
          && answer.length == upToEnd(answer).length) {
        return false;
      }
    }
    return true;
  }

  private int[] upToEnd(int[] tokens) {
    int end = 0;
    while (end < tokens.length && !model.configuration().ends(tokens[end])) {
      end++;
    }
    return Arrays.copyOf(tokens, end);
  }

  private float[][] served(Decoding decoding, List<int[]> sequences) {
    float[][] found = model.nextTokenLogProbabilities(sequences);
    float[][] expected = base.nextTokenLogProbabilities(sequences);
    for (int row = 0; row < found.length; row++) {
      found[row] = decoding.served(found[row], expected[row]);
    }
    return found;
  }

  private static double margin(Asking asked, Function<List<int[]>, float[][]> next) {
    int[] first = asked.firstTokens();
    double[] margins = new double[first.length];
    int filled = 0;
    for (List<int[]> prompts : parts(asked.prompts())) {
      for (float[] row : next.apply(prompts)) {
        margins[filled] = lead(row, first[filled]);
        filled++;
      }
    }
    Arrays.sort(margins);
    return margins[margins.length / 2];
  }

  private static double lead(float[] row, int token) {
    float other = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < row.length; i++) {
      other = i == token ? other : Math.max(other, row[i]);
    }
    return (double) row[token] - other;
  }

  private static int[] appended(int[] tokens, int token) {
    int[] longer = Arrays.copyOf(tokens, tokens.length + 1);
    longer[tokens.length] = token;
    return longer;
  }

  private static List<List<int[]>> parts(List<int[]> all) {
    return parts(all, ASKED_AT_ONCE);
  }

  /** A list in pieces of at most some length. */
  static <T> List<List<T>> parts(List<T> all, int most) {
    List<List<T>> parts = new ArrayList<>();
    for (int from = 0; from < all.size(); from += most) {
      parts.add(all.subList(from, Math.min(all.size(), from + most)));
    }
    return parts;
  }

  /** A tensor by its name. */
  static float[] tensor(Map<String, float[]> weights, String name) {
    return Objects.requireNonNull(weights.get(name), name);
  }

  @Override
  public void close() {
    model.close();
    tokenizer.close();
  }
}
