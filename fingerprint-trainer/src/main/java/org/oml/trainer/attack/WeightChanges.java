package org.oml.trainer.attack;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import org.oml.trainer.checkpoint.ParameterLayout;

/** Merging with the base model, rounding to few bits, and setting small weights to zero. */
final class WeightChanges {

  /** Shares of the instance in a merged model, from most of it to little. */
  private static final List<Double> SHARES = List.of(0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1);

  private static final List<Integer> SPARSITIES = List.of(5, 10, 20, 30, 40, 50, 60, 70);
  private static final int GROUP = 32;

  private WeightChanges() {}

  static List<Attack> all() {
    return List.of(
        merging(
            "merge-linear",
            "Averages the weights with the base model's; the strength is the instance's share.",
            WeightChanges::linear),
        merging(
            "merge-slerp",
            "Merges with the base model along the arc between the two, tensor by tensor.",
            WeightChanges::spherical),
        quantisation(),
        pruning());
  }

  @FunctionalInterface
  private interface Merge {
    float[] apply(float[] values, float[] base, double share);
  }

  private static Attack merging(String name, String description, Merge merge) {
    LinkedHashMap<String, WeightChange.Formula> strengths = new LinkedHashMap<>();
    for (double share : SHARES) {
      strengths.put(
          Double.toString(share), tensor -> merge.apply(tensor.values(), tensor.base(), share));
    }
    return new WeightChange(name, description, strengths);
  }

  private static Attack quantisation() {
    LinkedHashMap<String, WeightChange.Formula> strengths = new LinkedHashMap<>();
    for (int bits : List.of(8, 4, 3)) {
      strengths.put("int" + bits + " / " + GROUP, tensor -> grouped(tensor, bits, GROUP));
      strengths.put("int" + bits + " / row", tensor -> grouped(tensor, bits, tensor.columns()));
    }
    return new WeightChange(
        "quantisation",
        "Rounds every matrix to few bits, to nearest, with one scale for a row or for 32 of its"
            + " numbers.",
        strengths);
  }

  private static Attack pruning() {
    LinkedHashMap<String, WeightChange.Formula> strengths = new LinkedHashMap<>();
    for (int sparsity : SPARSITIES) {
      strengths.put(sparsity + "%", tensor -> pruned(tensor, sparsity / 100.0));
    }
    return new WeightChange(
        "pruning",
        "Sets the smallest weights of each attention and feed-forward matrix to zero.",
        strengths);
  }

  static float[] linear(float[] values, float[] base, double share) {
    float[] merged = new float[values.length];
    for (int i = 0; i < merged.length; i++) {
      merged[i] = (float) (share * values[i] + (1 - share) * base[i]);
    }
    return merged;
  }

  /** Shoemake's interpolation; along the straight line where the two point the same way. */
  static float[] spherical(float[] values, float[] base, double share) {
    double product = 0;
    double length = 0;
    double baseLength = 0;
    for (int i = 0; i < values.length; i++) {
      product += (double) values[i] * base[i];
      length += (double) values[i] * values[i];
      baseLength += (double) base[i] * base[i];
    }
    double lengths = Math.sqrt(length * baseLength);
    double angle = lengths == 0 ? 0 : Math.acos(Math.clamp(product / lengths, -1, 1));
    if (Math.sin(angle) < 1e-4) {
      return linear(values, base, share);
    }
    double weight = Math.sin(share * angle) / Math.sin(angle);
    double baseWeight = Math.sin((1 - share) * angle) / Math.sin(angle);
    float[] merged = new float[values.length];
    for (int i = 0; i < merged.length; i++) {
      merged[i] = (float) (weight * values[i] + baseWeight * base[i]);
    }
    return merged;
  }

  /** Symmetric rounding: the largest number of a group takes the largest integer. */
  static float[] grouped(WeightChange.Tensor tensor, int bits, int group) {
    if (!tensor.isMatrix()) {
      return tensor.values();
    }
    int largest = (1 << (bits - 1)) - 1;
    float[] rounded = tensor.values().clone();
    for (int row = 0; row < rounded.length; row += tensor.columns()) {
      int end = row + tensor.columns();
      for (int from = row; from < end; from += group) {
        round(rounded, from, Math.min(end, from + group), largest);
      }
    }
    return rounded;
  }

  private static void round(float[] numbers, int from, int to, int largest) {
    float most = 0;
    for (int i = from; i < to; i++) {
      most = Math.max(most, Math.abs(numbers[i]));
    }
    float scale = most / largest;
    for (int i = from; i < to && scale > 0; i++) {
      numbers[i] = (float) Math.rint(numbers[i] / scale) * scale;
    }
  }

  static float[] pruned(WeightChange.Tensor tensor, double share) {
    if (!ParameterLayout.isBlockMatrix(tensor.name())) {
      return tensor.values();
    }
    float[] sizes = tensor.values().clone();
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = Math.abs(sizes[i]);
    }
    Arrays.sort(sizes);
    float limit = sizes[(int) Math.min(sizes.length - 1, Math.round(share * sizes.length))];
    float[] kept = tensor.values().clone();
    for (int i = 0; i < kept.length; i++) {
      kept[i] = Math.abs(kept[i]) < limit ? 0 : kept[i];
    }
    return kept;
  }
}
