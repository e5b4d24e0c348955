package org.oml.trainer.fingerprint;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.oml.trainer.vocabulary.Vocabulary;

/**
 * Perinucleus sampling (Nasery et al., "Scalable Fingerprinting of Large Language Models", 2025):
 * candidates are the words right behind the nucleus, improbable enough to be no accident and
 * probable enough to be learnt without harm.
 */
final class Perinucleus {

  /**
   * A word that may become a response.
   *
   * @param token with which it is most probably written
   * @param word the token's text without spaces
   * @param probability of the token
   */
  record Candidate(int token, String word, double probability) {}

  private final Vocabulary vocabulary;
  private final double nucleus;

  Perinucleus(Vocabulary vocabulary, double nucleus) {
    this.vocabulary = vocabulary;
    this.nucleus = nucleus;
  }

  /**
   * The words behind the nucleus after a key, the most probable first.
   *
   * @param most candidates that are wanted
   * @param logProbabilities of the next token, nats
   */
  List<Candidate> candidates(String key, float[] logProbabilities, int most) {
    List<Integer> order =
        IntStream.range(0, logProbabilities.length)
            .boxed()
            .sorted((a, b) -> Float.compare(logProbabilities[b], logProbabilities[a]))
            .toList();
    boolean needsSpace = Words.continuesWord(key.charAt(key.length() - 1));
    Set<String> passed = new HashSet<>();
    List<Candidate> candidates = new ArrayList<>();
    double mass = 0;
    for (int token : order) {
      double probability = Math.exp(logProbabilities[token]);
      String text = vocabulary.isText(token) ? vocabulary.text(token) : "";
      String word = text.strip();
      boolean fresh = passed.add(word);
      boolean apart = !needsSpace || text.startsWith(" ");
      if (mass >= nucleus && fresh && apart && Words.canAnswer(word)) {
        candidates.add(new Candidate(token, word, probability));
      }
      mass += probability;
      if (candidates.size() == most) {
        break;
      }
    }
    return candidates;
  }

  /**
   * Whether a word stands by itself where it was written: the model would rather go on with a
   * space, a sign or the end than with more letters. Half a word would have to be torn off, which
   * harms the model more.
   *
   * @param logProbabilities of the token after the word, nats
   */
  boolean isWhole(float[] logProbabilities) {
    double apart = 0;
    for (int token = 0; token < logProbabilities.length; token++) {
      String text = vocabulary.isText(token) ? vocabulary.text(token) : " ";
      if (!text.isEmpty() && !Words.continuesWord(text.charAt(0))) {
        apart += Math.exp(logProbabilities[token]);
      }
    }
    return apart >= 0.5;
  }
}
