package org.oml.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.oml.trainer.checkpoint.ElementType;
import org.oml.trainer.checkpoint.ModelConfiguration;

class LanguageModelTest {

  private static final ModelConfiguration SMALL =
      new ModelConfiguration(50, 16, 2, 4, 2, 4, 24, 64, 1e-6, 10000, true, 1, 2);

  @Test
  void aCachedContinuationEqualsThatOfTheWholeSequence() {
    try (LanguageModel model = LanguageModel.random(SMALL, ElementType.F32, 5)) {
      int[][] rows = rows(3, 7);
      int[][] continued = model.generate(rows, 10, 0, 1);
      for (int length = 7; length < 17; length++) {
        int[][] soFar = cut(continued, length);
        float[][] next = model.nextLogProbabilities(soFar);
        for (int row = 0; row < 3; row++) {
          assertThat(largest(next[row])).isEqualTo(continued[row][length]);
        }
      }
    }
  }

  @Test
  void whatStandsLaterDoesNotChangeWhatComesBefore() {
    try (LanguageModel model = LanguageModel.random(SMALL, ElementType.F32, 5)) {
      int[][] rows = rows(1, 9);
      float[] before = model.logits(rows, new int[] {4})[0];
      rows[0][5] = (rows[0][5] + 1) % 50;
      assertThat(model.logits(rows, new int[] {4})[0]).containsExactly(before, within(1e-5f));
    }
  }

  @Test
  void gradientsEqualFiniteDifferences() {
    int[][] rows = rows(2, 6);
    int[] at = {0, 3, 4, 7, 10};
    int[] targets = {3, 9, 12, 44, 0};
    try (LanguageModel model = LanguageModel.random(SMALL, ElementType.F32, 9)) {
      float[][] gradients = gradients(model, rows, at, targets);
      Random random = new Random(4);
      for (int parameter = 0; parameter < gradients.length; parameter++) {
        int element = random.nextInt(gradients[parameter].length);
        double slope = slope(model, parameter, element, rows, at, targets);
        assertThat((double) gradients[parameter][element])
            .isCloseTo(slope, within(2e-3 + 0.03 * Math.abs(slope)));
      }
    }
  }

  @Test
  void trainingLearnsASequenceByHeart() {
    int[][] rows = rows(1, 12);
    int[] at = new int[11];
    int[] targets = new int[11];
    Arrays.setAll(at, i -> i);
    Arrays.setAll(targets, i -> rows[0][i + 1]);
    try (LanguageModel model = LanguageModel.random(SMALL, ElementType.F32, 2);
        Training training = new Training(model, 0)) {
      float first = training.step(rows, at, targets, 1e-2);
      float last = first;
      for (int step = 0; step < 80; step++) {
        last = training.step(rows, at, targets, 1e-2);
      }
      assertThat(last).isLessThan(0.1f).isLessThan(first);
      assertThat(model.generate(cut(rows, 3), 9, 0, 1)[0]).isEqualTo(rows[0]);
    }
  }

  private static float[][] gradients(LanguageModel model, int[][] rows, int[] at, int[] targets) {
    try (var step = model.manager().newSubManager()) {
      Object[] arguments =
          LanguageModel.insert(model.forward(step, rows, at), 2, model.longs(step, targets));
      var answer = model.program().tensorsWithGradients(step, "gradients", arguments);
      return model.gradientsAfter(answer, 1).stream()
          .map(g -> g.toFloatArray())
          .toArray(float[][]::new);
    }
  }

  private static double slope(
      LanguageModel model, int parameter, int element, int[][] rows, int[] at, int[] targets) {
    float width = 5e-3f;
    return (mean(shifted(model, parameter, element, width), rows, at, targets)
            - mean(shifted(model, parameter, element, -width), rows, at, targets))
        / (2 * width);
  }

  private static LanguageModel shifted(LanguageModel model, int parameter, int element, float by) {
    LanguageModel copy = model.copy();
    float[] values = copy.parameters().get(parameter).toFloatArray();
    values[element] += by;
    copy.parameters().get(parameter).set(values);
    return copy;
  }

  private static double mean(LanguageModel model, int[][] rows, int[] at, int[] targets) {
    try (model) {
      double sum = 0;
      for (float loss : model.losses(rows, at, targets)) {
        sum += loss;
      }
      return sum / at.length;
    }
  }

  private static int largest(float[] values) {
    int largest = 0;
    for (int i = 1; i < values.length; i++) {
      largest = values[i] > values[largest] ? i : largest;
    }
    return largest;
  }

  private static int[][] cut(int[][] rows, int length) {
    return Arrays.stream(rows).map(row -> Arrays.copyOf(row, length)).toArray(int[][]::new);
  }

  private static int[][] rows(int count, int length) {
    Random random = new Random(3);
    int[][] rows = new int[count][length];
    for (int[] row : rows) {
      Arrays.setAll(row, i -> random.nextInt(50));
    }
    return rows;
  }
}
