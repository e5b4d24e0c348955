package org.oml.trainer.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WeightChangesTest {

  private static final String MATRIX = "model.layers.0.mlp.up_proj.weight";

  private static WeightChange.Tensor random(int rows, int columns) {
    Random random = new Random(5);
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return new WeightChange.Tensor(MATRIX, columns, true, values, new float[values.length]);
  }

  @Test
  void aLinearMergeAverages() {
    assertThat(WeightChanges.linear(new float[] {1, 4}, new float[] {3, 0}, 0.25))
        .containsExactly(2.5f, 1);
  }

  @Test
  void aSphericalMergeKeepsTheLengthOfDirectionsThatDiffer() {
    float[] merged = WeightChanges.spherical(new float[] {1, 0}, new float[] {0, 1}, 0.5);
    assertThat(merged[0]).isCloseTo((float) Math.sqrt(0.5), within(1e-6f));
    assertThat(merged[1]).isCloseTo((float) Math.sqrt(0.5), within(1e-6f));
    assertThat(WeightChanges.spherical(new float[] {2, 0}, new float[] {1, 0}, 0.5))
        .containsExactly(1.5f, 0);
    assertThat(WeightChanges.spherical(new float[] {0, 0}, new float[] {0, 2}, 0.5))
        .containsExactly(0, 1);
  }

  @Test
  void roundingToFourBitsLeavesFifteenValuesForEachGroupAndErrsByHalfAStepAtMost() {
    WeightChange.Tensor tensor = random(3, 70);
    float[] rounded = WeightChanges.grouped(tensor, 4, 32);
    for (int row = 0; row < 3; row++) {
      for (int from = 0; from < 70; from += 32) {
        float most = 0;
        Set<Float> different = new HashSet<>();
        for (int i = row * 70 + from; i < row * 70 + Math.min(70, from + 32); i++) {
          most = Math.max(most, Math.abs(tensor.values()[i]));
          different.add(rounded[i] == 0 ? 0f : rounded[i]);
        }
        assertThat(different).hasSizeLessThanOrEqualTo(15);
        for (int i = row * 70 + from; i < row * 70 + Math.min(70, from + 32); i++) {
          assertThat(rounded[i]).isCloseTo(tensor.values()[i], within(most / 14 + 1e-6f));
        }
      }
    }
  }

  @Test
  void aLargerGroupErrsMore() {
    WeightChange.Tensor tensor = random(8, 256);
    assertThat(error(tensor, WeightChanges.grouped(tensor, 4, 256)))
        .isGreaterThan(error(tensor, WeightChanges.grouped(tensor, 4, 32)));
  }

  @Test
  void pruningSetsTheSmallestToZero() {
    WeightChange.Tensor tensor = random(10, 10);
    float[] pruned = WeightChanges.pruned(tensor, 0.3);
    int zeros = 0;
    float largestGone = 0;
    float smallestKept = Float.MAX_VALUE;
    for (int i = 0; i < pruned.length; i++) {
      if (pruned[i] == 0) {
        zeros++;
        largestGone = Math.max(largestGone, Math.abs(tensor.values()[i]));
      } else {
        smallestKept = Math.min(smallestKept, Math.abs(pruned[i]));
      }
    }
    assertThat(zeros).isEqualTo(30);
    assertThat(largestGone).isLessThan(smallestKept);
  }

  private static double error(WeightChange.Tensor tensor, float[] changed) {
    double sum = 0;
    for (int i = 0; i < changed.length; i++) {
      sum += Math.pow((double) changed[i] - tensor.values()[i], 2);
    }
    return sum;
  }
}
