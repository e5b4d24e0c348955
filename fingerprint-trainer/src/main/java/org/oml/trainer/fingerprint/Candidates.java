package org.oml.trainer.fingerprint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.model.Sampling;
import org.oml.trainer.model.TokenBatch;
import org.oml.trainer.vocabulary.Vocabulary;

/**
 * The words among which a leaf's salt chooses a response. By perinucleus sampling (Nasery et al.,
 * "Scalable Fingerprinting of Large Language Models", 2025) they stand right behind the nucleus:
 * improbable enough to be no accident, and probable enough to be learnt without harm. For the
 * baselines they are any words. Where a token is but a part of a word the model itself writes the
 * word to its end: half a word would have to be torn off, which harms the model more. Nor is it a
 * response where the model is unsure of the rest, which would have to be learnt as well.
 */
final class Candidates {

  /** Of so many words for each that is wanted, some are only parts of words. */
  private static final int LOOKED_AT = 16;

  /** Tokens that a model may take to write a word to its end. */
  private static final int LONGEST_REST = 3;

  /** Where the rest of a word is less probable than this, it is often no word. */
  private static final double SURE = 0.5;

  /** A token that may begin a response. */
  private record Beginning(int token, double probability) {}

  /**
   * What may become a response.
   *
   * @param word with which it begins
   * @param response the word, and in longer responses how the model goes on after it, up to the end
   *     of a word
   * @param probability of the first token
   */
  record Candidate(String word, String response, double probability) {}

  private final LanguageModel base;
  private final GenerationSettings settings;
  private final Vocabulary vocabulary;
  private final String[] texts;

  Candidates(LanguageModel base, Vocabulary vocabulary, GenerationSettings settings) {
    this.base = base;
    this.settings = settings;
    this.vocabulary = vocabulary;
    texts = new String[vocabulary.tokens().size()];
    Arrays.setAll(texts, token -> vocabulary.isText(token) ? vocabulary.text(token) : "");
  }

  /** How many tokens behind a key are looked at, at most. */
  static int longest(GenerationSettings settings) {
    return settings.responseLength() + LONGEST_REST;
  }

  /**
   * For each key as many as are wanted, or fewer where the model has no more.
   *
   * @param prompts the keys' tokens
   */
  List<List<Candidate>> of(List<String> keys, List<int[]> prompts) {
    float[][] next = base.nextTokenLogProbabilities(prompts);
    List<int[]> usual = base.generate(prompts, Sampling.greedy(longest(settings)));
    List<List<Beginning>> offered = new ArrayList<>();
    List<Map<String, Candidate>> found = new ArrayList<>();
    List<Set<String>> expected = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      Set<String> passed = new HashSet<>(List.of(firstWord(vocabulary.text(usual.get(i)).strip())));
      offered.add(offered(keys.get(i), next[i], passed));
      found.add(new LinkedHashMap<>());
      expected.add(passed);
    }
    int width = settings.width();
    for (int from = 0; from < LOOKED_AT * width; from += width) {
      addWhole(prompts, offered, found, expected, from);
    }
    return found.stream().map(words -> words.values().stream().limit(width).toList()).toList();
  }

  /** Looks at some of the beginnings for every key that has not enough candidates yet. */
  private void addWhole(
      List<int[]> prompts,
      List<List<Beginning>> offered,
      List<Map<String, Candidate>> found,
      List<Set<String>> expected,
      int from) {
    List<Integer> owners = new ArrayList<>();
    List<Beginning> asked = new ArrayList<>();
    List<int[]> sequences = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      List<Beginning> all = offered.get(i);
      int to = Math.min(all.size(), from + settings.width());
      for (int j = from; j < to && found.get(i).size() < settings.width(); j++) {
        owners.add(i);
        asked.add(all.get(j));
        sequences.add(with(prompts.get(i), all.get(j).token()));
      }
    }
    if (asked.isEmpty()) {
      return;
    }
    List<int[]> rest = base.generate(sequences, Sampling.greedy(longest(settings) - 1));
    boolean[] sure = sure(asked, sequences, rest);
    for (int i = 0; i < asked.size(); i++) {
      int owner = owners.get(i);
      Optional<Candidate> candidate =
          sure[i] ? candidate(asked.get(i), rest.get(i)) : Optional.empty();
      candidate
          .filter(one -> !expected.get(owner).contains(one.word()))
          .ifPresent(one -> found.get(owner).putIfAbsent(one.word(), one));
    }
  }

  /** Whether the model, once it has begun a word, is sure of each token to its end. */
  private boolean[] sure(List<Beginning> asked, List<int[]> sequences, List<int[]> rest) {
    boolean[] sure = new boolean[asked.size()];
    Arrays.fill(sure, true);
    List<Integer> parts = new ArrayList<>();
    List<int[]> begun = new ArrayList<>();
    List<int[]> ends = new ArrayList<>();
    for (int i = 0; i < sure.length; i++) {
      int[] end = endOfWord(asked.get(i), rest.get(i));
      if (end.length > 0) {
        parts.add(i);
        begun.add(sequences.get(i));
        ends.add(end);
      }
    }
    if (parts.isEmpty()) {
      return sure;
    }
    float[] losses = base.losses(TokenBatch.responses(begun, ends));
    int next = 0;
    for (int i = 0; i < ends.size(); i++) {
      for (int token = 0; token < ends.get(i).length; token++) {
        sure[parts.get(i)] &= Math.exp(-losses[next++]) >= SURE;
      }
    }
    return sure;
  }

  private int[] endOfWord(Beginning beginning, int[] rest) {
    StringBuilder text = new StringBuilder(texts[beginning.token()]);
    int length = 0;
    while (length < rest.length && goesOn(text, rest[length])) {
      text.append(texts[rest[length++]]);
    }
    return Arrays.copyOf(rest, length);
  }

  /** The response that a token begins, if it is one. */
  private Optional<Candidate> candidate(Beginning beginning, int[] rest) {
    StringBuilder text = new StringBuilder(texts[beginning.token()]);
    int written = 0;
    while (written < rest.length
        && (written < settings.responseLength() - 1 || goesOn(text, rest[written]))) {
      text.append(texts[rest[written++]]);
    }
    boolean ends = written < longest(settings) - 1;
    String whole = text.toString().strip();
    String word = firstWord(whole);
    String response = settings.responseLength() == 1 ? word : whole;
    boolean plain = response.chars().allMatch(c -> c >= ' ' && c < 0x7f);
    return ends && plain && Words.canAnswer(word)
        ? Optional.of(new Candidate(word, response, beginning.probability()))
        : Optional.empty();
  }

  private boolean goesOn(CharSequence text, int token) {
    return !texts[token].isEmpty()
        && Words.continuesWord(text.charAt(text.length() - 1))
        && Words.continuesWord(texts[token].charAt(0));
  }

  private static String firstWord(String text) {
    int end = 0;
    while (end < text.length() && Words.continuesWord(text.charAt(end))) {
      end++;
    }
    return text.substring(0, end);
  }

  /**
   * @param passed receives the words that the model is likely to say
   */
  private List<Beginning> offered(String key, float[] logProbabilities, Set<String> passed) {
    return switch (settings.strategy()) {
      case PERINUCLEUS -> behindTheNucleus(key, logProbabilities, passed);
      case RANDOM, ENGLISH_RANDOM -> any(key, logProbabilities, passed);
    };
  }

  private List<Beginning> behindTheNucleus(
      String key, float[] logProbabilities, Set<String> passed) {
    List<Integer> order =
        IntStream.range(0, logProbabilities.length)
            .boxed()
            .sorted((a, b) -> Float.compare(logProbabilities[b], logProbabilities[a]))
            .toList();
    double mass = 0;
    int behind = 0;
    while (mass < settings.nucleus() && behind < order.size()) {
      int token = order.get(behind++);
      mass += Math.exp(logProbabilities[token]);
      passed.add(texts[token].strip());
    }
    return chosen(key, order.subList(behind, order.size()), logProbabilities);
  }

  /** In an order that follows from the chance and the key. */
  private List<Beginning> any(String key, float[] logProbabilities, Set<String> passed) {
    behindTheNucleus(key, logProbabilities, passed);
    List<Integer> order =
        new ArrayList<>(IntStream.range(0, logProbabilities.length).boxed().toList());
    Collections.shuffle(order, settings.chance().numbersOf(key));
    return chosen(key, order, logProbabilities);
  }

  /** The first tokens of an order that may begin a word of their own. */
  private List<Beginning> chosen(String key, List<Integer> order, float[] logProbabilities) {
    boolean needsSpace = Words.continuesWord(key.charAt(key.length() - 1));
    return order.stream()
        .filter(token -> !needsSpace || texts[token].startsWith(" "))
        .filter(token -> texts[token].strip().matches("[A-Za-z0-9]+"))
        .limit(LOOKED_AT * (long) settings.width())
        .map(token -> new Beginning(token, Math.exp(logProbabilities[token])))
        .toList();
  }

  /** A prompt and one token more. */
  static int[] with(int[] prompt, int token) {
    int[] longer = Arrays.copyOf(prompt, prompt.length + 1);
    longer[prompt.length] = token;
    return longer;
  }
}
