package org.oml.protocol.tracing;

/**
 * What a symbol counts for where an answer was read: eighths of a nat of the log-likelihood ratio,
 * rounded. The rounded number is the score itself, so that rounding costs a little power and no
 * exactness.
 */
final class Weights {

  private static final int UNITS_PER_NAT = 8;

  private final int[][][] weights;

  Weights(CodeDesign design, AnswerTable table) {
    weights = new int[design.biases().size()][design.readings()][design.symbols()];
    for (int bias = 0; bias < weights.length; bias++) {
      for (int reading = 0; reading < design.readings(); reading++) {
        for (int symbol = 0; symbol < design.symbols(); symbol++) {
          weights[bias][reading][symbol] =
              (int) Math.rint(UNITS_PER_NAT * table.logRatio(bias, reading, symbol));
        }
      }
    }
  }

  int of(int bias, int reading, int symbol) {
    return weights[bias][reading][symbol];
  }

  /** Score of an innocent, by symbol, where so many positions of a bias were read in one way. */
  int[] of(int bias, int reading) {
    return weights[bias][reading];
  }
}
