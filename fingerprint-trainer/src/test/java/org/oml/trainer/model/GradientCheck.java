package org.oml.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import org.oml.trainer.checkpoint.ModelConfiguration;

/** Holds the gradient of every tensor at its steepest number to the slope between two models. */
final class GradientCheck {

  private static final double WIDTH = 2e-3;

  private GradientCheck() {}

  /** Of the mean cross-entropy. */
  static void assertGradients(
      ModelConfiguration shape, Map<String, float[]> values, TokenBatch batch) {
    try (LanguageModel model = LanguageModel.of(shape, values);
        NDManager scope = model.manager().newSubManager()) {
      NDList result =
          model
              .program()
              .tensorsWithGradients(
                  scope,
                  "gradients",
                  model.withShape(
                      model.withBatch(scope, batch, scope.create(batch.targets()), false)));
      assertThat(result.get(0).getFloat()).isCloseTo((float) mean(model, batch), within(1e-4f));
      assertSlopes(shape, values, result.subList(1, result.size()), other -> mean(other, batch));
    }
  }

  /** Of a weighted sum of the mean cross-entropy and the mean divergence. */
  static void assertGradients(
      ModelConfiguration shape,
      Map<String, float[]> values,
      TokenBatch batch,
      double weight,
      LanguageModel original,
      TokenBatch benign,
      double divergenceWeight) {
    float[][] base = original.logProbabilities(benign);
    try (ReferenceDistribution reference = original.reference(benign);
        LanguageModel model = LanguageModel.of(shape, values);
        NDManager scope = model.manager().newSubManager()) {
      List<Object> arguments = new ArrayList<>();
      arguments.addAll(
          Arrays.asList(model.withBatch(scope, batch, scope.create(batch.targets()), weight)));
      arguments.addAll(
          Arrays.asList(
              model.withBatch(
                  scope, benign, reference.rows(), reference.output(), divergenceWeight, false)));
      NDList result =
          model
              .program()
              .tensorsWithGradients(
                  scope, "distillation_gradients", model.withShape(arguments.toArray()));
      assertThat((double) result.get(1).getFloat())
          .isCloseTo(divergence(base, model, benign), within(1e-4));
      assertSlopes(
          shape,
          values,
          result.subList(2, result.size()),
          other ->
              weight * mean(other, batch) + divergenceWeight * divergence(base, other, benign));
    }
  }

  private static void assertSlopes(
      ModelConfiguration shape,
      Map<String, float[]> values,
      List<NDArray> gradients,
      ToDoubleFunction<LanguageModel> loss) {
    int index = 0;
    for (String name : values.keySet()) {
      float[] gradient = gradients.get(index++).toFloatArray();
      int element = steepest(gradient);
      double slope =
          (shifted(shape, values, name, element, WIDTH, loss)
                  - shifted(shape, values, name, element, -WIDTH, loss))
              / (2 * WIDTH);
      assertThat((double) gradient[element])
          .as(name)
          .isCloseTo(slope, within(1e-3 + 0.02 * Math.abs(slope)));
      assertThat(Math.abs(slope)).as(name).isGreaterThan(1e-3);
    }
    assertThat(index).isEqualTo(gradients.size());
  }

  private static double shifted(
      ModelConfiguration shape,
      Map<String, float[]> values,
      String name,
      int element,
      double by,
      ToDoubleFunction<LanguageModel> loss) {
    Map<String, float[]> other = new LinkedHashMap<>(values);
    float[] copy = Objects.requireNonNull(values.get(name)).clone();
    copy[element] += (float) by;
    other.put(name, copy);
    try (LanguageModel model = LanguageModel.of(shape, other)) {
      return loss.applyAsDouble(model);
    }
  }

  private static double mean(LanguageModel model, TokenBatch batch) {
    double sum = 0;
    float[] losses = model.losses(batch);
    for (float loss : losses) {
      sum += loss;
    }
    return sum / losses.length;
  }

  private static double divergence(float[][] base, LanguageModel model, TokenBatch batch) {
    float[][] rows = model.logProbabilities(batch);
    double sum = 0;
    for (int row = 0; row < rows.length; row++) {
      for (int token = 0; token < rows[row].length; token++) {
        sum += Math.exp(base[row][token]) * (base[row][token] - (double) rows[row][token]);
      }
    }
    return sum / rows.length;
  }

  private static int steepest(float[] gradient) {
    int steepest = 0;
    for (int i = 1; i < gradient.length; i++) {
      steepest = Math.abs(gradient[i]) > Math.abs(gradient[steepest]) ? i : steepest;
    }
    return steepest;
  }
}
