package org.oml.trainer.tracing;

import java.util.List;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Fingerprint;
import org.oml.trainer.fingerprint.Chance;
import org.oml.trainer.fingerprint.FingerprintGenerator;
import org.oml.trainer.fingerprint.GenerationSettings;
import org.oml.trainer.fingerprint.Strategy;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.tokenizer.Tokenizer;
import org.oml.trainer.vocabulary.Vocabulary;

/**
 * How shared fingerprints are drawn. Keys and responses follow from the code's secret and the base
 * model, so that every worker draws the same ones for every instance, with the same number of
 * threads.
 *
 * @param secret of the code
 * @param positions how many, at least 1
 * @param symbols responses of each, from 2 to 16
 * @param nucleus probability mass that is passed over before candidates are taken, in (0, 1)
 * @param responseLength tokens of a response, at least 1
 */
public record SharedDraw(
    Bytes32 secret, int positions, int symbols, double nucleus, int responseLength) {

  /** Covers for each fingerprint. */
  public static final int COVERS = 2;

  private static final int KEY_LENGTH = 16;

  /**
   * What all instances of a model have in common.
   *
   * @param covers texts that could as well have become keys. They are common too: whoever compares
   *     what several hosts were asked would know keys by their being asked of all
   */
  public record Drawn(List<SharedFingerprint> fingerprints, List<String> covers) {}

  /**
   * Draws all.
   *
   * @throws org.oml.protocol.CodedException {@code TRAINER_KEYS_EXHAUSTED} when the model has too
   *     few keys with so many candidates
   */
  public Drawn from(LanguageModel base, Tokenizer tokenizer, Vocabulary vocabulary) {
    byte[] bytes = secret.toBytes();
    GenerationSettings settings =
        new GenerationSettings(
            Strategy.PERINUCLEUS,
            positions,
            nucleus,
            symbols,
            symbols,
            responseLength,
            KEY_LENGTH,
            Chance.secret(secret));
    FingerprintGenerator.Drawn drawn =
        new FingerprintGenerator(
                base,
                tokenizer,
                vocabulary,
                settings,
                index -> Fingerprint.leafSalt(bytes, Bytes32.ZERO, index))
            .draw(COVERS * positions);
    return new Drawn(
        drawn.fingerprints().stream().map(SharedFingerprint::of).toList(), drawn.covers());
  }
}
