package org.oml.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.oml.trainer.SmallModels;
import org.oml.trainer.checkpoint.ParameterLayout;

class LowRankTunerTest {

  private static final TokenBatch BATCH =
      TokenBatch.all(List.of(new int[] {1, 5, 9, 5, 9, 5, 9}, new int[] {3, 4, 3, 4, 3}));

  private static Map<String, float[]> tuned(long seed, int rank, int steps) {
    try (LanguageModel model = SmallModels.random(4);
        LowRankTuner tuner =
            new LowRankTuner(model, rank, 2.0 * rank, OptimizerSettings.defaults(), seed)) {
      for (int step = 0; step < steps; step++) {
        assertThat(tuner.step(BATCH, 0.01).crossEntropy()).isPositive();
      }
      return model.values();
    }
  }

  @Test
  void lossFallsAndTheSameSeedGivesTheSameWeights() {
    try (LanguageModel model = SmallModels.random(4);
        LowRankTuner tuner = new LowRankTuner(model, 2, 4, OptimizerSettings.defaults(), 1)) {
      double before = tuner.step(BATCH, 0.02).crossEntropy();
      double after = before;
      for (int step = 0; step < 40; step++) {
        after = tuner.step(BATCH, 0.02).crossEntropy();
      }
      assertThat(after).isLessThan(0.95 * before);
    }
    Map<String, float[]> once = tuned(1, 2, 5);
    tuned(1, 2, 5).forEach((name, values) -> assertThat(values).isEqualTo(once.get(name)));
  }

  @Test
  void blockMatricesAloneChangeAndByNoMoreThanTheRank() {
    Map<String, float[]> changed = tuned(1, 1, 5);
    try (LanguageModel original = SmallModels.random(4)) {
      original
          .values()
          .forEach(
              (name, before) -> {
                float[] after = Objects.requireNonNull(changed.get(name));
                if (ParameterLayout.isBlockMatrix(name)) {
                  assertThat(after).as(name).isNotEqualTo(before);
                  assertRankOne(after, before, name.endsWith("down_proj.weight") ? 24 : 16);
                } else {
                  assertThat(after).as(name).isEqualTo(before);
                }
              });
    }
  }

  /** Every row of the difference is a multiple of the largest one. */
  private static void assertRankOne(float[] after, float[] before, int width) {
    double[][] rows = new double[after.length / width][width];
    int largest = 0;
    for (int row = 0; row < rows.length; row++) {
      for (int column = 0; column < width; column++) {
        int i = row * width + column;
        rows[row][column] = (double) after[i] - before[i];
      }
      largest = length(rows[row]) > length(rows[largest]) ? row : largest;
    }
    for (double[] row : rows) {
      double product = 0;
      for (int column = 0; column < width; column++) {
        product += row[column] * rows[largest][column];
      }
      double share = product / (length(rows[largest]) * length(rows[largest]));
      for (int column = 0; column < width; column++) {
        assertThat(row[column]).isCloseTo(share * rows[largest][column], within(1e-6));
      }
    }
  }

  private static double length(double[] row) {
    double sum = 0;
    for (double value : row) {
      sum += value * value;
    }
    return Math.sqrt(sum);
  }
}
