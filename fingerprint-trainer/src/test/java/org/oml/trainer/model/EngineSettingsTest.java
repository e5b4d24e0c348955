package org.oml.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.oml.protocol.CodedException;
import org.oml.trainer.SmallModels;
import org.oml.trainer.TrainerError;

class EngineSettingsTest {

  private final EngineSettings before = EngineSettings.current();

  @AfterEach
  void restore() {
    before.use();
  }

  @Test
  void aDeviceThatTheLibraryDoesNotSeeIsMissing() {
    new EngineSettings("gpu:99", 1, EngineSettings.Precision.F32).use();
    assertThatExceptionOfType(CodedException.class)
        .isThrownBy(() -> SmallModels.random(1))
        .withMessageContaining("There is no gpu:99")
        .satisfies(e -> assertThat(e.code()).isEqualTo(TrainerError.DEVICE_MISSING));
  }

  @Test
  void otherNamesOfDevicesAndNoThreadsCannotBe() {
    for (String device : new String[] {"", "GPU", "cuda", "gpu:", "gpu:-1", "gpu:1000", "cpu:0"}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new EngineSettings(device, 1, EngineSettings.Precision.F32));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new EngineSettings("cpu", 0, EngineSettings.Precision.F32));
  }

  @Test
  void stepsInBfloat16LoseNearlyTheSameAndLearn() {
    TokenBatch batch = rows();
    StepLosses[] exact = steps(EngineSettings.Precision.F32, batch);
    StepLosses[] rounded = steps(EngineSettings.Precision.BF16, batch);
    for (int i = 0; i < exact.length; i++) {
      assertThat(rounded[i].crossEntropy())
          .isFinite()
          .isCloseTo(exact[i].crossEntropy(), within(0.05));
      assertThat(rounded[i].divergence()).isFinite().isCloseTo(exact[i].divergence(), within(0.05));
    }
    assertThat(rounded[0].crossEntropy()).as("is rounded").isNotEqualTo(exact[0].crossEntropy());
    assertThat(rounded[rounded.length - 1].crossEntropy())
        .isLessThan(rounded[0].crossEntropy() - 0.05);
  }

  private static StepLosses[] steps(EngineSettings.Precision precision, TokenBatch batch) {
    new EngineSettings("cpu", 1, precision).use();
    try (LanguageModel model = SmallModels.random(2);
        LanguageModel base = SmallModels.random(3);
        ReferenceDistribution reference = base.reference(batch);
        ModelTuner tuner = new ModelTuner(model, OptimizerSettings.defaults())) {
      StepLosses[] losses = new StepLosses[20];
      Arrays.setAll(losses, _ -> tuner.step(batch, 0.8, reference, 0.2, 5e-3));
      return losses;
    }
  }

  private static TokenBatch rows() {
    Random random = new Random(4);
    return TokenBatch.all(
        List.of(random.ints(9, 0, 50).toArray(), random.ints(12, 0, 50).toArray()));
  }
}
