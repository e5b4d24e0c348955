package org.oml.trainer.fingerprint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;

class FingerprintGeneratorTest {

  /** Single letters, which are too short to answer. */
  private static final Map<String, Double> LETTERS = Map.of(" r", 0.5, " b", 0.4, " g", 0.1);

  @TempDir Path directory;

  @Test
  void fiveHundredKeysInARowWithoutEnoughCandidatesAreTheLast() throws IOException {
    assertExhausted(
        GenerationSettings.defaults(64, Chance.seeded(1)).with(Strategy.RANDOM),
        List.of(),
        "512 keys");
  }

  @Test
  void ownKeysOfWhichNoneHasEnoughCandidatesAreTheLast() throws IOException {
    assertExhausted(
        GenerationSettings.defaults(2, Chance.seeded(1)),
        List.of("Apple pie", "Pear pie"),
        "2 keys");
  }

  @Test
  void keysOfOneRandomWordComeToAnEnd() throws IOException {
    try (TokenChain chain =
        new TokenChain(directory, List.copyOf(LETTERS.keySet()), _ -> LETTERS)) {
      RandomKeys keys = new RandomKeys(chain.tokenizer, chain.vocabulary, 1, Chance.seeded(1));
      assertThat(keys.next(100)).hasSize(100).doesNotHaveDuplicates();
      assertThatExceptionOfType(CodedException.class)
          .isThrownBy(() -> keys.next(Words.SEEDS.size()))
          .satisfies(e -> assertThat(e.code()).isEqualTo(TrainerError.KEYS_EXHAUSTED));
    }
  }

  private void assertExhausted(GenerationSettings settings, List<String> own, String many)
      throws IOException {
    try (TokenChain chain =
        new TokenChain(directory, List.copyOf(LETTERS.keySet()), _ -> LETTERS)) {
      FingerprintGenerator generator =
          new FingerprintGenerator(
              chain.model, chain.tokenizer, chain.vocabulary, settings, _ -> Bytes32.ZERO, own);
      assertThatExceptionOfType(CodedException.class)
          .isThrownBy(generator::fingerprints)
          .withMessageContaining(many)
          .satisfies(e -> assertThat(e.code()).isEqualTo(TrainerError.KEYS_EXHAUSTED));
    }
  }
}
