package org.oml.trainer.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Byte-level byte-pair encoding (Sennrich et al. 2016, over bytes as in GPT-2), learnt from a text:
 * the most frequent pair of neighbours within a word becomes a token, until the vocabulary is full.
 * Ties go to the smaller pair, so that the same text always gives the same vocabulary.
 *
 * @param specialTokens the first tokens, never split
 * @param vocabulary token texts in the byte alphabet, with their numbers
 * @param merges pairs in the order in which they were merged
 */
public record BytePairEncoding(
    List<String> specialTokens, Map<String, Integer> vocabulary, List<List<String>> merges) {

  /** How GPT-2 cuts text into words, which tokenizers know as {@code ByteLevel}. */
  private static final Pattern WORDS =
      Pattern.compile(
          "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
          Pattern.UNICODE_CHARACTER_CLASS);

  /** Learns a vocabulary of a given size. */
  public static BytePairEncoding learn(
      Iterable<String> texts, List<String> specialTokens, int size) {
    return new Learner(specialTokens).learn(count(texts), size);
  }

  /** The {@code tokenizer.json} of Hugging Face tokenizers that encodes with this. */
  public Map<String, Object> json() {
    Map<String, Object> byteLevel =
        Map.of(
            "type",
            "ByteLevel",
            "add_prefix_space",
            false,
            "trim_offsets",
            true,
            "use_regex",
            true);
    Map<String, Object> model = new LinkedHashMap<>();
    model.put("type", "BPE");
    model.put("dropout", null);
    model.put("unk_token", null);
    model.put("continuing_subword_prefix", null);
    model.put("end_of_word_suffix", null);
    model.put("fuse_unk", false);
    model.put("byte_fallback", false);
    model.put("ignore_merges", false);
    model.put("vocab", vocabulary);
    model.put("merges", merges);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("version", "1.0");
    json.put("truncation", null);
    json.put("padding", null);
    json.put("added_tokens", specialTokens.stream().map(this::added).toList());
    json.put("normalizer", null);
    json.put("pre_tokenizer", byteLevel);
    json.put("post_processor", null);
    json.put("decoder", byteLevel);
    json.put("model", model);
    return json;
  }

  private Map<String, Object> added(String token) {
    Map<String, Object> added = new LinkedHashMap<>();
    added.put("id", specialTokens.indexOf(token));
    added.put("content", token);
    for (String property : List.of("single_word", "lstrip", "rstrip", "normalized")) {
      added.put(property, false);
    }
    added.put("special", true);
    return added;
  }

  private static Map<String, Integer> count(Iterable<String> texts) {
    Map<String, Integer> counts = new TreeMap<>();
    for (String text : texts) {
      Matcher words = WORDS.matcher(text);
      while (words.find()) {
        counts.merge(words.group(), 1, Integer::sum);
      }
    }
    return counts;
  }

  private record Pair(int left, int right) implements Comparable<Pair> {
    @Override
    public int compareTo(Pair other) {
      return left != other.left
          ? Integer.compare(left, other.left)
          : Integer.compare(right, other.right);
    }
  }

  private static final class Learner {
    private final List<String> specialTokens;
    private final Map<String, Integer> vocabulary = new LinkedHashMap<>();
    private final List<String> tokens = new ArrayList<>();
    private final List<List<String>> merges = new ArrayList<>();
    private final List<int[]> words = new ArrayList<>();
    private final List<Integer> counts = new ArrayList<>();
    private final Map<Pair, Integer> pairs = new HashMap<>();
    private final Map<Pair, Set<Integer>> where = new HashMap<>();

    Learner(List<String> specialTokens) {
      this.specialTokens = List.copyOf(specialTokens);
      specialTokens.forEach(this::token);
    }

    BytePairEncoding learn(Map<String, Integer> wordCounts, int size) {
      String[] alphabet = byteAlphabet();
      Arrays.stream(alphabet).forEach(this::token);
      wordCounts.forEach((word, count) -> addWord(word, count, alphabet));
      while (vocabulary.size() < size && !pairs.isEmpty()) {
        Pair best = mostFrequent();
        if (pairs.getOrDefault(best, 0) < 2) {
          break;
        }
        merge(best);
      }
      return new BytePairEncoding(specialTokens, vocabulary, merges);
    }

    private int token(String text) {
      Integer known = vocabulary.putIfAbsent(text, vocabulary.size());
      if (known == null) {
        tokens.add(text);
        return tokens.size() - 1;
      }
      return known;
    }

    private void addWord(String word, int count, String[] alphabet) {
      byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
      int[] encoded = new int[bytes.length];
      Arrays.setAll(encoded, i -> token(alphabet[bytes[i] & 0xff]));
      words.add(encoded);
      counts.add(count);
      countPairs(words.size() - 1, 1);
    }

    private void countPairs(int word, int sign) {
      int[] encoded = words.get(word);
      for (int i = 0; i + 1 < encoded.length; i++) {
        Pair pair = new Pair(encoded[i], encoded[i + 1]);
        pairs.merge(pair, sign * counts.get(word), Integer::sum);
        if (sign > 0) {
          where.computeIfAbsent(pair, key -> new TreeSet<>()).add(word);
        }
      }
    }

    private Pair mostFrequent() {
      Pair best = null;
      int most = 0;
      for (Map.Entry<Pair, Integer> entry : pairs.entrySet()) {
        int count = entry.getValue();
        if (best == null || count > most || (count == most && entry.getKey().compareTo(best) < 0)) {
          best = entry.getKey();
          most = count;
        }
      }
      return java.util.Objects.requireNonNull(best);
    }

    private void merge(Pair pair) {
      String left = tokens.get(pair.left());
      String right = tokens.get(pair.right());
      int merged = token(left + right);
      merges.add(List.of(left, right));
      for (int word : List.copyOf(where.getOrDefault(pair, Set.of()))) {
        countPairs(word, -1);
        words.set(word, replace(words.get(word), pair, merged));
        countPairs(word, 1);
      }
      pairs.remove(pair);
      where.remove(pair);
    }

    private static int[] replace(int[] word, Pair pair, int merged) {
      int[] replaced = new int[word.length];
      int length = 0;
      for (int i = 0; i < word.length; i++) {
        boolean found =
            i + 1 < word.length && word[i] == pair.left() && word[i + 1] == pair.right();
        replaced[length++] = found ? merged : word[i];
        i += found ? 1 : 0;
      }
      return Arrays.copyOf(replaced, length);
    }

    /** A printable character for each byte, as GPT-2 chose them. */
    private static String[] byteAlphabet() {
      String[] alphabet = new String[256];
      int next = 256;
      for (int b = 0; b < 256; b++) {
        boolean printable =
            (b >= '!' && b <= '~') || (b >= 0xa1 && b <= 0xac) || (b >= 0xae && b <= 0xff);
        alphabet[b] = Character.toString(printable ? b : next++);
      }
      return alphabet;
    }
  }
}
