package org.oml.trainer.model;

import java.util.function.DoubleUnaryOperator;
import org.oml.trainer.checkpoint.ModelConfiguration;

/**
 * Rotary position angles for every position and number of a head; both halves of a head turn alike.
 */
final class RotaryTable {

  private RotaryTable() {}

  static float[] cosines(ModelConfiguration configuration) {
    return table(configuration, Math::cos);
  }

  static float[] sines(ModelConfiguration configuration) {
    return table(configuration, Math::sin);
  }

  private static float[] table(ModelConfiguration configuration, DoubleUnaryOperator function) {
    int size = configuration.headSize();
    float[] table = new float[Math.multiplyExact(configuration.contextLength(), size)];
    for (int position = 0; position < configuration.contextLength(); position++) {
      for (int i = 0; i < size; i++) {
        double frequency = Math.pow(configuration.ropeTheta(), -2.0 * (i % (size / 2)) / size);
        table[position * size + i] = (float) function.applyAsDouble(position * frequency);
      }
    }
    return table;
  }
}
