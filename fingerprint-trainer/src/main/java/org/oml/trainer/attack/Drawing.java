package org.oml.trainer.attack;

import java.nio.file.Path;
import java.util.List;
import java.util.function.IntFunction;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Fingerprint;
import org.oml.trainer.checkpoint.Checkpoint;
import org.oml.trainer.fingerprint.Chance;
import org.oml.trainer.fingerprint.FingerprintGenerator;
import org.oml.trainer.fingerprint.GeneratedFingerprint;
import org.oml.trainer.fingerprint.GenerationSettings;
import org.oml.trainer.fingerprint.Strategy;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.tokenizer.Tokenizer;
import org.oml.trainer.vocabulary.Vocabulary;

/** Fingerprints and natural texts drawn from a model by a seed, by us or by an attacker. */
public final class Drawing {

  private Drawing() {}

  /** As {@code oml fingerprint generate} draws them from a seed. */
  public static List<GeneratedFingerprint> fingerprints(
      Checkpoint checkpoint, Strategy strategy, int count, long seed) {
    Path directory = checkpoint.directory();
    try (LanguageModel model = LanguageModel.load(checkpoint);
        Tokenizer tokenizer = Tokenizer.load(directory)) {
      return generator(model, tokenizer, Vocabulary.read(directory), strategy, count, seed)
          .fingerprints();
    }
  }

  /**
   * A source of natural texts of the kind that keys are: takes how many and gives the next ones, or
   * throws {@code TRAINER_KEYS_EXHAUSTED}.
   */
  static IntFunction<List<String>> texts(
      LanguageModel model, Tokenizer tokenizer, Vocabulary vocabulary, long seed) {
    return generator(model, tokenizer, vocabulary, Strategy.PERINUCLEUS, 1, seed)::covers;
  }

  private static FingerprintGenerator generator(
      LanguageModel model,
      Tokenizer tokenizer,
      Vocabulary vocabulary,
      Strategy strategy,
      int count,
      long seed) {
    Chance chance = Chance.seeded(seed);
    byte[] secret = chance.saltSecret().toBytes();
    return new FingerprintGenerator(
        model,
        tokenizer,
        vocabulary,
        GenerationSettings.defaults(count, chance).with(strategy),
        index -> Fingerprint.leafSalt(secret, Bytes32.ZERO, index));
  }
}
