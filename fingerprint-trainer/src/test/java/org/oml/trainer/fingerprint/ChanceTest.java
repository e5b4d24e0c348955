package org.oml.trainer.fingerprint;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Keccak;
import org.oml.trainer.SmallModels;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.tokenizer.Tokenizer;
import org.oml.trainer.vocabulary.Vocabulary;

class ChanceTest {

  private static final int KEYS = 12;
  private static final Bytes32 SECRET = Keccak.of("a job's");

  @TempDir Path directory;

  private Path base = Path.of("");

  @BeforeEach
  void make() {
    base = SmallModels.writeTalking(directory.resolve("base"), 3, 24);
  }

  @Test
  void aSecretRepeatsItsKeysAndEveryByteOfItCounts() {
    for (Strategy strategy : Strategy.values()) {
      List<String> keys = keys(strategy, Chance.secret(SECRET));
      assertThat(keys(strategy, Chance.secret(SECRET))).isEqualTo(keys);
      for (int at : List.of(0, 7, 8, 31)) {
        byte[] other = SECRET.toBytes();
        other[at] ^= 1;
        assertThat(keys(strategy, Chance.secret(Bytes32.of(other))))
            .as("%s, byte %d", strategy, at)
            .isNotEqualTo(keys);
      }
    }
  }

  /** One seed for a whole round is of 32 bits and would be found out by a single known key. */
  @Test
  void tokensOfASecretComeFromSeedsOfTheirOwn() {
    try (LanguageModel model = LanguageModel.load(base);
        Tokenizer tokenizer = Tokenizer.load(base)) {
      List<int[]> prompts = List.of(tokenizer.encode("it was"));
      Chance chance = Chance.secret(SECRET);
      RandomGenerator numbers = chance.numbers("texts");
      int[] written = model.generate(prompts, chance.sampling(20, 1, numbers)).getFirst();
      RandomGenerator again = chance.numbers("texts");
      for (int i = 0; i < 20; i++) {
        assertThat(again.nextLong()).isNotZero();
      }
      assertThat(numbers.nextLong())
          .as("one for each of twenty tokens")
          .isEqualTo(again.nextLong());
      assertThat(model.generate(prompts, chance.sampling(20, 1, chance.numbers("texts"))))
          .first()
          .isEqualTo(written);
      assertThat(model.generate(prompts, chance.sampling(20, 1, chance.numbers("other"))))
          .first()
          .isNotEqualTo(written);
    }
  }

  @Test
  void purposesOfASecretHaveNumbersOfTheirOwnAndNoneShowsIt() {
    Chance chance = Chance.secret(SECRET);
    assertThat(chance.numbers("lots").nextLong()).isNotEqualTo(chance.numbers("texts").nextLong());
    assertThat(chance.numbersOf("a").nextLong()).isNotEqualTo(chance.numbersOf("b").nextLong());
    assertThat(GenerationSettings.defaults(1, chance).toString())
        .doesNotContain(SECRET.toString().substring(2));
    double mean = chance.numbers("mean").ints(10_000, 0, 100).average().orElseThrow();
    assertThat(mean).isBetween(48.0, 51.0);
  }

  private List<String> keys(Strategy strategy, Chance chance) {
    try (LanguageModel model = LanguageModel.load(base);
        Tokenizer tokenizer = Tokenizer.load(base)) {
      return new FingerprintGenerator(
              model,
              tokenizer,
              Vocabulary.read(base),
              GenerationSettings.defaults(KEYS, chance).with(strategy),
              index -> Keccak.of("salt " + index))
          .fingerprints().stream().map(GeneratedFingerprint::key).toList();
    }
  }
}
