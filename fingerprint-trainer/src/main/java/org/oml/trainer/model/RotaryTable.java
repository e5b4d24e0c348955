package org.oml.trainer.model;

import java.util.function.DoubleUnaryOperator;
import org.oml.trainer.checkpoint.ModelConfiguration;

/**
 * Rotary position angles, a row for each position: number {@code i} of the first half of a head
 * turns together with number {@code i} of the second.
 */
final class RotaryTable {

  private RotaryTable() {}

  static float[] cosines(ModelConfiguration configuration, int positions) {
    return table(configuration, positions, Math::cos);
  }

  static float[] sines(ModelConfiguration configuration, int positions) {
    return table(configuration, positions, Math::sin);
  }

  private static float[] table(
      ModelConfiguration configuration, int positions, DoubleUnaryOperator function) {
    int size = configuration.headSize();
    int half = size / 2;
    float[] table = new float[Math.multiplyExact(positions, half)];
    for (int i = 0; i < half; i++) {
      double frequency =
          configuration
              .ropeScaling()
              .stretched(Math.pow(configuration.ropeTheta(), -2.0 * i / size));
      for (int position = 0; position < positions; position++) {
        table[position * half + i] = (float) function.applyAsDouble(position * frequency);
      }
    }
    return table;
  }
}
