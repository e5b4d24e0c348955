package org.oml.trainer.pretraining;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a model has to beat: the unigram, and a trigram with interpolated Kneser-Ney smoothing (Chen
 * and Goodman 1999, one discount for each order, {@code n1 / (n1 + 2 n2)}).
 */
final class Ngrams {

  private static final double UNIGRAM_DISCOUNT = 0.5;

  private final int vocabulary;
  private final long[] unigrams;
  private long total;
  private final Map<Long, Integer> trigrams = new HashMap<>();
  private final Map<Long, Integer> bigramContinuations = new HashMap<>();
  private final int[] unigramContinuations;
  private long bigramTypes;
  private long unigramTypes;
  private final Map<Long, int[]> trigramContexts = new HashMap<>();
  private final Map<Integer, int[]> bigramContexts = new HashMap<>();
  private final double trigramDiscount;
  private final double bigramDiscount;

  /**
   * Counts documents.
   *
   * @param documents token numbers; each begins with the token that begins documents
   * @param vocabulary number of tokens
   */
  Ngrams(List<int[]> documents, int vocabulary) {
    this.vocabulary = vocabulary;
    unigrams = new long[vocabulary];
    unigramContinuations = new int[vocabulary];
    documents.forEach(this::count);
    continuations();
    contexts();
    trigramDiscount = discount(trigrams.values());
    bigramDiscount = discount(bigramContinuations.values());
  }

  /** Mean loss of the unigram over every token but a document's first, nats. */
  double unigramLoss(List<int[]> documents) {
    double sum = 0;
    long count = 0;
    for (int[] document : documents) {
      for (int i = 1; i < document.length; i++) {
        sum -= Math.log((unigrams[document[i]] + 1.0) / (total + vocabulary));
        count++;
      }
    }
    return sum / count;
  }

  /** Mean loss of the trigram over every token but a document's first, nats. */
  double trigramLoss(List<int[]> documents) {
    double sum = 0;
    long count = 0;
    for (int[] document : documents) {
      for (int i = 1; i < document.length; i++) {
        sum -=
            Math.log(
                probability(i > 1 ? document[i - 2] : document[0], document[i - 1], document[i]));
        count++;
      }
    }
    return sum / count;
  }

  private double probability(int first, int second, int third) {
    double lower = bigramProbability(second, third);
    int[] context = trigramContexts.get(key(first, second));
    if (context == null) {
      return lower;
    }
    double count = trigrams.getOrDefault(key(first, second, third), 0);
    double found = Math.max(count - trigramDiscount, 0) / context[0];
    return found + trigramDiscount * context[1] / context[0] * lower;
  }

  private double bigramProbability(int first, int second) {
    double lower = unigramProbability(second);
    int[] context = bigramContexts.get(first);
    if (context == null) {
      return lower;
    }
    double count = bigramContinuations.getOrDefault(key(first, second), 0);
    double found = Math.max(count - bigramDiscount, 0) / context[0];
    return found + bigramDiscount * context[1] / context[0] * lower;
  }

  private double unigramProbability(int token) {
    double found = Math.max(unigramContinuations[token] - UNIGRAM_DISCOUNT, 0) / bigramTypes;
    return found + UNIGRAM_DISCOUNT * unigramTypes / bigramTypes / vocabulary;
  }

  private void count(int[] document) {
    for (int i = 1; i < document.length; i++) {
      unigrams[document[i]]++;
      total++;
      trigrams.merge(
          key(i > 1 ? document[i - 2] : document[0], document[i - 1], document[i]),
          1,
          Integer::sum);
    }
  }

  private void continuations() {
    for (long trigram : trigrams.keySet()) {
      bigramContinuations.merge(trigram % ((long) vocabulary * vocabulary), 1, Integer::sum);
    }
    for (long bigram : bigramContinuations.keySet()) {
      unigramContinuations[(int) (bigram % vocabulary)]++;
    }
    bigramTypes = bigramContinuations.size();
    unigramTypes = Arrays.stream(unigramContinuations).filter(count -> count > 0).count();
  }

  private void contexts() {
    trigrams.forEach((trigram, count) -> add(trigramContexts, trigram / vocabulary, count));
    bigramContinuations.forEach(
        (bigram, count) -> add(bigramContexts, (int) (bigram / vocabulary), count));
  }

  private static <K> void add(Map<K, int[]> contexts, K context, int count) {
    int[] totals = contexts.computeIfAbsent(context, key -> new int[2]);
    totals[0] += count;
    totals[1]++;
  }

  private static double discount(Iterable<Integer> counts) {
    double once = 0;
    double twice = 0;
    for (int count : counts) {
      once += count == 1 ? 1 : 0;
      twice += count == 2 ? 1 : 0;
    }
    return once / (once + 2 * twice);
  }

  private long key(int first, int second) {
    return (long) first * vocabulary + second;
  }

  private long key(int first, int second, int third) {
    return key(first, second) * vocabulary + third;
  }
}
