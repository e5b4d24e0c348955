package org.oml.trainer.fingerprint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.tokenizer.Tokenizer;
import org.oml.trainer.vocabulary.Vocabulary;

/**
 * Whether keys look like ordinary questions. A host that reads its questions can refuse those that
 * are too improbable, and with them the fingerprints; keys that are as probable as ordinary text it
 * cannot refuse without refusing such text.
 *
 * @param keyLoss log-perplexity of the keys: mean loss in nats per token, each key counting the
 *     same
 * @param ordinaryLoss the same of ordinary text: common words, continued by the model at
 *     temperature 1 to the mean length of the keys
 * @param unusualKeys share of the keys that are less probable than 95% of that text, 0 to 1
 */
public record Naturalness(double keyLoss, double ordinaryLoss, double unusualKeys) {

  private static final int ROUNDS = 4;
  private static final long SEED = 77;

  /**
   * Measures keys.
   *
   * @param judge writes the ordinary text and says how probable both are
   * @return empty where no key has two tokens, or the judge writes no text as long as they are
   */
  public static Optional<Naturalness> of(
      LanguageModel judge,
      Tokenizer tokenizer,
      Vocabulary vocabulary,
      List<GeneratedFingerprint> fingerprints) {
    List<int[]> keys =
        fingerprints.stream()
            .map(fingerprint -> tokenizer.encode(fingerprint.key()))
            .filter(tokens -> tokens.length > 1)
            .toList();
    if (keys.isEmpty()) {
      return Optional.empty();
    }
    int length = keys.stream().mapToInt(tokens -> tokens.length).sum() / keys.size();
    int room = judge.configuration().contextLength() / 2;
    NaturalTexts texts =
        new NaturalTexts(judge, tokenizer, vocabulary, Math.min(length, room), Chance.seeded(SEED));
    List<int[]> ordinary = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      ordinary.addAll(texts.ordinary());
    }
    if (ordinary.isEmpty()) {
      return Optional.empty();
    }
    double[] usual = texts.losses(ordinary);
    double[] found = texts.losses(keys);
    double least = NaturalTexts.leastNatural(usual);
    long unusual = Arrays.stream(found).filter(loss -> loss > least).count();
    return Optional.of(
        new Naturalness(
            Arrays.stream(found).average().orElseThrow(),
            Arrays.stream(usual).average().orElseThrow(),
            (double) unusual / found.length));
  }
}
