package org.oml.trainer.fingerprint;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.model.Sampling;
import org.oml.trainer.tokenizer.Tokenizer;
import org.oml.trainer.vocabulary.Vocabulary;

/**
 * Draws short natural texts, for keys and for the covers among which they hide: a common word,
 * continued by the model. No two texts share five words in a row.
 */
final class NaturalTexts {

  private static final int TEXTS_IN_A_ROUND = 64;
  private static final int MOST_ROUNDS_WITHOUT_A_TEXT = 20;
  private static final int SHARED_WORDS = 5;

  private final LanguageModel model;
  private final Tokenizer tokenizer;
  private final Vocabulary vocabulary;
  private final Prompts prompts;
  private final int length;
  private final Random random;
  private final Set<List<String>> seen = new HashSet<>();
  private final List<String> drawn = new ArrayList<>();

  NaturalTexts(
      LanguageModel model, Tokenizer tokenizer, Vocabulary vocabulary, int length, long seed) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.vocabulary = vocabulary;
    this.prompts = new Prompts(tokenizer, vocabulary);
    this.length = length;
    random = new Random(seed);
  }

  /**
   * The next text.
   *
   * @throws CodedException {@link TrainerError#KEYS_EXHAUSTED} when the model keeps repeating
   *     itself
   */
  String next() {
    for (int round = 0; drawn.isEmpty(); round++) {
      if (round == MOST_ROUNDS_WITHOUT_A_TEXT) {
        throw new CodedException(
            TrainerError.KEYS_EXHAUSTED,
            "The model wrote no new natural text in " + round * TEXTS_IN_A_ROUND + " attempts.");
      }
      draw();
    }
    return drawn.removeFirst();
  }

  private void draw() {
    List<int[]> beginnings = new ArrayList<>();
    List<int[]> texts = new ArrayList<>();
    int shortest = Integer.MAX_VALUE;
    for (int i = 0; i < TEXTS_IN_A_ROUND; i++) {
      String word = Words.SEEDS.get(random.nextInt(Words.SEEDS.size()));
      String capital = word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
      int[] tokens = tokenizer.encode(capital);
      texts.add(tokens);
      beginnings.add(prompts.begun(tokens));
      shortest = Math.min(shortest, tokens.length);
    }
    Sampling sampling =
        new Sampling(length - shortest, GenerationSettings.TEMPERATURE, random.nextLong());
    List<int[]> continuations = model.generate(beginnings, sampling);
    for (int i = 0; i < texts.size(); i++) {
      int missing = length - texts.get(i).length;
      if (missing > 0 && continuations.get(i).length >= missing) {
        int[] added = java.util.Arrays.copyOf(continuations.get(i), missing);
        accept(vocabulary.text(texts.get(i)) + vocabulary.text(added));
      }
    }
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
      drawn.add(whole);
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
