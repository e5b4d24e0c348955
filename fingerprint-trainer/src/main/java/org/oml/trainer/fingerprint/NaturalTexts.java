package org.oml.trainer.fingerprint;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.model.TokenBatch;
import org.oml.trainer.tokenizer.Tokenizer;
import org.oml.trainer.vocabulary.Vocabulary;

/**
 * Draws short natural texts, for keys and for the covers among which they hide: a common word,
 * continued by the model. No two texts share five words in a row, and none is less probable than
 * what the model writes of its own accord. They end where a word ends, with the space behind it
 * where the model's tokens hold it there.
 */
public final class NaturalTexts implements KeySource {

  private static final int TEXTS_IN_A_ROUND = 64;
  private static final int MOST_ROUNDS_WITHOUT_A_TEXT = 20;
  private static final int SHARED_WORDS = 5;

  /** Where a model repeats itself it is made to write more freely, up to its own distribution. */
  private static final double FREER = 0.1;

  /** Of ordinary texts, so many are more probable than the least probable key. */
  private static final double ORDINARY = 0.95;

  private final LanguageModel model;
  private final Tokenizer tokenizer;
  private final Vocabulary vocabulary;
  private final Prompts prompts;
  private final int length;
  private final String ending;
  private final Chance chance;
  private final RandomGenerator random;
  private final Set<List<String>> seen = new HashSet<>();
  private final List<String> drawn = new ArrayList<>();
  private OptionalDouble leastNatural = OptionalDouble.empty();
  private double temperature = GenerationSettings.TEMPERATURE;

  /**
   * @param length tokens of a text before the last word is dropped
   * @throws CodedException {@link TrainerError#KEYS_TOO_LONG} where so many are more than half of
   *     the model's context
   */
  public NaturalTexts(
      LanguageModel model, Tokenizer tokenizer, Vocabulary vocabulary, int length, Chance chance) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.vocabulary = vocabulary;
    this.prompts = new Prompts(tokenizer, vocabulary);
    this.length = length;
    requireRoom();
    ending = vocabulary.spacesFollowWords() ? " " : "";
    this.chance = chance;
    random = chance.numbers("natural texts");
  }

  private void requireRoom() {
    int most = model.configuration().contextLength() / 2;
    if (length > most) {
      throw new CodedException(
          TrainerError.KEYS_TOO_LONG,
          "Keys of " + length + " tokens are longer than the " + most + " that this model allows.");
    }
  }

  /**
   * The next texts.
   *
   * @throws CodedException {@link TrainerError#KEYS_EXHAUSTED} when the model keeps repeating
   *     itself
   */
  @Override
  public List<String> next(int count) {
    int without = 0;
    while (drawn.size() < count) {
      int before = drawn.size();
      draw();
      int fresh = drawn.size() - before;
      without = fresh == 0 ? without + 1 : 0;
      if (fresh < TEXTS_IN_A_ROUND / 8 && temperature < 1) {
        temperature = Math.min(1, temperature + FREER);
      }
      if (without == MOST_ROUNDS_WITHOUT_A_TEXT) {
        throw new CodedException(
            TrainerError.KEYS_EXHAUSTED,
            "The model wrote no new natural text in " + without * TEXTS_IN_A_ROUND + " attempts.");
      }
    }
    List<String> first = drawn.subList(0, count);
    List<String> texts = List.copyOf(first);
    first.clear();
    return texts;
  }

  private void draw() {
    if (leastNatural.isEmpty()) {
      leastNatural = OptionalDouble.of(leastNatural(losses(ordinary())));
    }
    List<int[]> texts = written(temperature);
    double[] losses = losses(texts);
    for (int i = 0; i < losses.length; i++) {
      if (losses[i] <= leastNatural.getAsDouble()) {
        accept(vocabulary.text(texts.get(i)));
      }
    }
  }

  /** The loss that 95% of ordinary texts do not exceed; without any, nothing is too much. */
  static double leastNatural(double[] ordinaryLosses) {
    double[] sorted = ordinaryLosses.clone();
    Arrays.sort(sorted);
    return sorted.length == 0
        ? Double.POSITIVE_INFINITY
        : sorted[(int) (ORDINARY * (sorted.length - 1))];
  }

  /** Some of what the model writes of its own accord, in tokens. */
  List<int[]> ordinary() {
    return written(1.0);
  }

  /** Texts of the full length, each begun with a common word. */
  private List<int[]> written(double freedom) {
    List<int[]> beginnings = new ArrayList<>();
    List<int[]> texts = new ArrayList<>();
    int shortest = Integer.MAX_VALUE;
    for (int i = 0; i < TEXTS_IN_A_ROUND; i++) {
      String word = Words.SEEDS.get(random.nextInt(Words.SEEDS.size()));
      int[] tokens = tokenizer.encode(Words.capital(word));
      texts.add(tokens);
      beginnings.add(prompts.begun(tokens));
      shortest = Math.min(shortest, tokens.length);
    }
    List<int[]> continuations =
        model.generate(
            beginnings, chance.sampling(Math.max(1, length - shortest), freedom, random));
    List<int[]> whole = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      int missing = length - texts.get(i).length;
      if (missing > 0 && continuations.get(i).length >= missing) {
        int[] text = Arrays.copyOf(texts.get(i), length);
        System.arraycopy(continuations.get(i), 0, text, texts.get(i).length, missing);
        whole.add(text);
      }
    }
    return whole;
  }

  /** The mean loss of each text, nats per token. */
  double[] losses(List<int[]> texts) {
    if (texts.isEmpty()) {
      return new double[] {};
    }
    List<int[]> begun = texts.stream().map(prompts::begun).toList();
    float[] losses = model.losses(TokenBatch.all(begun));
    double[] means = new double[texts.size()];
    int next = 0;
    for (int i = 0; i < means.length; i++) {
      int asked = begun.get(i).length - 1;
      for (int j = 0; j < asked; j++) {
        means[i] += losses[next++] / asked;
      }
    }
    return means;
  }

  private void accept(String generated) {
    String text = Normalizer.normalize(generated, Normalizer.Form.NFC).strip();
    int lastSpace = text.lastIndexOf(' ');
    boolean plain = text.chars().allMatch(c -> c >= ' ' && c != 0x7f && c != 0xfffd);
    if (!plain || lastSpace < 0) {
      return;
    }
    String whole = text.substring(0, lastSpace).strip();
    List<List<String>> grams = grams(whole);
    if (!grams.isEmpty() && grams.stream().noneMatch(seen::contains)) {
      seen.addAll(grams);
      drawn.add(whole + ending);
    }
  }

  private static List<List<String>> grams(String text) {
    List<String> words = List.of(text.toLowerCase(Locale.ROOT).split("[^a-z0-9]+"));
    List<List<String>> grams = new ArrayList<>();
    for (int start = 0; start + SHARED_WORDS <= words.size(); start++) {
      grams.add(words.subList(start, start + SHARED_WORDS));
    }
    return grams;
  }
}
