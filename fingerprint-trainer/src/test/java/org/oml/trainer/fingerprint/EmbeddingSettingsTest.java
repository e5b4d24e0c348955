package org.oml.trainer.fingerprint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.oml.trainer.SmallModels;
import org.oml.trainer.checkpoint.ModelConfiguration;

class EmbeddingSettingsTest {

  private static ModelConfiguration sized(int width, int layers) {
    return new ModelConfiguration(50, width, layers, 4, 2, 4, 24, 64, 1e-6, 10000, true, 1, 2);
  }

  @Test
  void stepsAreSmallerInAWideOrDeepModelAndTheUsualOnesInASmallOne() {
    for (int count : new int[] {16, 100, 1_000}) {
      double usual = EmbeddingSettings.defaults(SmallModels.SMALL, count, 1).learningRate();
      assertThat(EmbeddingSettings.defaults(sized(128, 2), count, 1).learningRate())
          .isEqualTo(usual);
      double rate = EmbeddingSettings.defaults(sized(2_048, 8), count, 1).learningRate();
      assertThat(rate).isLessThan(usual);
      for (ModelConfiguration twice : List.of(sized(4_096, 8), sized(2_048, 32))) {
        assertThat(EmbeddingSettings.defaults(twice, count, 1).learningRate())
            .isCloseTo(rate / 2, within(1e-12));
      }
    }
  }

  @Test
  void hurryingCostsManyTheirTextAndTheirSettlingAndFewNothing() {
    assertThat(EmbeddingSettings.hurried(SmallModels.SMALL, 32, 3))
        .isEqualTo(EmbeddingSettings.defaults(SmallModels.SMALL, 32, 3));
    for (int count : new int[] {33, 128, 129}) {
      EmbeddingSettings usual = EmbeddingSettings.defaults(SmallModels.SMALL, count, 3);
      EmbeddingSettings hurried = EmbeddingSettings.hurried(SmallModels.SMALL, count, 3);
      assertThat(hurried.settlingSteps()).isLessThan(usual.settlingSteps());
      assertThat(hurried.benign().share()).isLessThan(usual.benign().share());
      assertThat(hurried.benign().texts() * hurried.benign().length())
          .isLessThan(usual.benign().texts() * usual.benign().length());
    }
  }

  @Test
  void metaLearningNeedsTextToStandOn() {
    EmbeddingSettings meta =
        EmbeddingSettings.defaults(SmallModels.SMALL, 8, 1).withHardening(false, true);
    assertThatIllegalArgumentException().isThrownBy(() -> meta.with(1e-3, 0, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> meta.withDistillation(false));
  }
}
