package org.oml.trainer.fingerprint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.protocol.CodedException;
import org.oml.protocol.Keccak;
import org.oml.trainer.SmallModels;
import org.oml.trainer.TrainerError;
import org.oml.trainer.checkpoint.Checkpoint;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.tokenizer.Tokenizer;
import org.oml.trainer.vocabulary.Vocabulary;

/** Few fingerprints, taught as many are: in passes. */
final class PassesIT {

  private static final int COUNT = 12;

  @TempDir Path directory;

  private Checkpoint base;
  private final EmbeddingSettings settings =
      new EmbeddingSettings(
          1e-3,
          new EmbeddingSettings.Benign(0.6, true, 4, 48, 16),
          0,
          0,
          true,
          256,
          0.6,
          0.65,
          false,
          20,
          400,
          false,
          false,
          0,
          5);
  private List<GeneratedFingerprint> fingerprints = List.of();

  @BeforeEach
  void draw() {
    base = Checkpoint.open(SmallModels.writeTalking(directory.resolve("base"), 3, 24));
    fingerprints = drawn(COUNT);
  }

  private List<GeneratedFingerprint> drawn(int count) {
    try (LanguageModel model = LanguageModel.load(base);
        Tokenizer tokenizer = Tokenizer.load(base.directory())) {
      return new FingerprintGenerator(
              model,
              tokenizer,
              Vocabulary.read(base.directory()),
              new GenerationSettings(count, 0.8, 3, 1, 16, Chance.seeded(5)),
              index -> Keccak.of("salt " + index))
          .fingerprints();
    }
  }

  @Test
  void teachEveryFingerprintAndSettle() {
    List<EmbeddingProgress> seen = new ArrayList<>();
    Map<String, float[]> weights = Embedding.embed(base, fingerprints, settings, seen::add);
    assertThat(seen.getLast().learnt()).isEqualTo(COUNT);
    assertThat(seen.getLast().step())
        .as("it learnt and then settled")
        .isGreaterThan(settings.settlingSteps());
    assertThat(success(weights, fingerprints)).isEqualTo(1);
  }

  /** What a registry asks for unless told, but for the count. */
  @Test
  void teachTheFewestThatAreManyWithTheUsualSettings() {
    List<GeneratedFingerprint> many = drawn(33);
    EmbeddingSettings usual = EmbeddingSettings.defaults(base.configuration(), many.size(), 5);
    assertThat(usual.passes()).isTrue();
    assertThat(success(Embedding.embed(base, many, usual, _ -> {}), many))
        .isGreaterThanOrEqualTo(0.99);
  }

  private double success(Map<String, float[]> weights, List<GeneratedFingerprint> taught) {
    Path instance = directory.resolve("instance");
    base.writeCopy(instance, weights);
    try (LanguageModel model = LanguageModel.load(instance);
        Tokenizer tokenizer = Tokenizer.load(instance)) {
      return FingerprintCheck.success(model, tokenizer, Vocabulary.read(instance), taught);
    }
  }

  /** What was best so far, and for how long nothing more was learnt, is saved as well. */
  @Test
  void goOnAfterAStopToTheSameWeights() {
    Map<String, float[]> straight = Embedding.embed(base, fingerprints, settings, _ -> {});
    Embedding.Saving saving =
        new Embedding.Saving(Optional.of(directory.resolve("state")), Duration.ZERO, _ -> {});
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Embedding.embed(
                    base, fingerprints, settings, saving, progress -> stopAt(progress, 40)));
    List<Integer> steps = new ArrayList<>();
    Map<String, float[]> resumed =
        Embedding.embed(
            base, fingerprints, settings, saving, progress -> steps.add(progress.step()));
    assertThat(steps.getFirst()).isEqualTo(40);
    assertThat(resumed).containsOnlyKeys(straight.keySet());
    straight.forEach((name, numbers) -> assertThat(resumed.get(name)).containsExactly(numbers));
  }

  private static void stopAt(EmbeddingProgress progress, int step) {
    if (progress.step() >= step) {
      throw new IllegalStateException("enough");
    }
  }

  @Test
  void endWithACodeWhereTheTrainingDiverges() {
    Embedding.Saving saving =
        new Embedding.Saving(Optional.of(directory.resolve("state")), Duration.ZERO, _ -> {});
    EmbeddingSettings tooFast = settings.with(1e30, settings.benign().share(), 0);
    assertThatExceptionOfType(CodedException.class)
        .isThrownBy(() -> Embedding.embed(base, fingerprints, tooFast, saving, _ -> {}))
        .withMessageContaining("smaller learning rate")
        .satisfies(e -> assertThat(e.code()).isEqualTo(TrainerError.EMBEDDING_FAILED));
  }
}
