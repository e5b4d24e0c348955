package org.oml.trainer.fingerprint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;
import org.oml.trainer.WritingProcess;

/** Trainings that are killed while they save, or may not write as much as it takes. */
class InterruptedTrainingTest {

  private static final int ROUNDS = Boolean.getBoolean("oml.soak") ? 40 : 3;
  private static final int NUMBERS = 50_000;
  private static final String RUN = "a run";

  @TempDir Path directory;

  /** Saves one step after another, or one. */
  public static final class Trainer {

    private Trainer() {}

    public static void main(String[] arguments) {
      Path target = Path.of(arguments[0]);
      int first = Integer.parseInt(arguments[1]);
      int last = Integer.parseInt(arguments[2]);
      WritingProcess.attempt(
          () -> {
            for (int step = first; step <= last; step++) {
              state(step).write(target, RUN);
            }
          });
    }
  }

  /** All numbers of a step are the step's. */
  private static TrainingState state(int step) {
    float[] numbers = new float[NUMBERS];
    Arrays.fill(numbers, step);
    return new TrainingState(
        step, -1, new Embedding.Look(0, 0), Map.of("weight", numbers), List.of(numbers));
  }

  @Test
  void aKilledTrainingFindsTheLastStepThatItSavedWhole() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      Path target = directory.resolve("killed-" + round);
      int steps = 2 + round;
      try (WritingProcess trainer =
          WritingProcess.start(Trainer.class, target, 1, Integer.MAX_VALUE - 1)) {
        trainer.killWhen(
            () ->
                TrainingState.read(target, RUN).filter(saved -> saved.step() >= steps).isPresent());
      }
      TrainingState saved = TrainingState.read(target, RUN).orElseThrow();
      assertThat(saved.weights().get("weight")).hasSize(NUMBERS).containsOnly(saved.step());
      assertThat(saved.optimizer().getFirst()).hasSize(NUMBERS).containsOnly(saved.step());
      state(1).write(target, RUN);
      assertThat(WritingProcess.files(target)).hasSize(1);
    }
  }

  @Test
  void aDiskThatTakesNoMoreIsAnErrorAndLeavesWhatWasSavedBefore() throws Exception {
    assumeTrue(WritingProcess.canFillADisk(), "needs ulimit");
    state(1).write(directory, RUN);
    try (WritingProcess trainer = WritingProcess.startOnAFullDisk(Trainer.class, directory, 2, 2)) {
      assertThat(trainer.said()).contains("TRAINER_WRITE_FAILED");
      assertThat(trainer.status()).isEqualTo(WritingProcess.FAILED);
    }
    assertThat(TrainingState.read(directory, RUN).orElseThrow().step()).isEqualTo(1);
    assertThat(WritingProcess.files(directory)).hasSize(1);
  }

  @Test
  void aTrainingWhoseNumbersAreNoneAnyMoreIsNotSaved() {
    state(1).write(directory, RUN);
    TrainingState broken =
        new TrainingState(
            2, -1, new Embedding.Look(0, 0), Map.of("weight", new float[] {Float.NaN}), List.of());
    assertThatExceptionOfType(CodedException.class)
        .isThrownBy(() -> broken.write(directory, RUN))
        .satisfies(e -> assertThat(e.code()).isEqualTo(TrainerError.TENSOR_MISMATCH));
    assertThat(TrainingState.read(directory, RUN).orElseThrow().step()).isEqualTo(1);
    assertThat(WritingProcess.files(directory)).hasSize(1);
  }
}
