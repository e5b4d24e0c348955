package org.oml.protocol.tracing;

/**
 * What a model of the pirate makes of a code: the probability of each reading at a position, given
 * its bias and the symbol that one of the coalition has there.
 */
final class AnswerTable {

  private final CodeDesign design;
  private final PirateModel model;
  private final double[][][] given;
  private final double[][] overall;

  AnswerTable(CodeDesign design, PirateModel model) {
    this.design = design;
    this.model = model;
    int biases = design.biases().size();
    given = new double[biases][design.symbols()][design.readings()];
    overall = new double[biases][design.readings()];
    for (int bias = 0; bias < biases; bias++) {
      others(bias, new int[design.symbols()], 0, model.size() - 1, 1);
      addNoise(bias);
    }
  }

  /** Goes through all that the other copies may have, with how probable it is. */
  private void others(int bias, int[] copies, int symbol, int left, double chance) {
    if (symbol == copies.length - 1) {
      copies[symbol] = left;
      count(bias, copies, chance * power(bias, symbol, left));
      copies[symbol] = 0;
      return;
    }
    double ways = 1;
    for (int number = 0; number <= left; number++) {
      copies[symbol] = number;
      others(bias, copies, symbol + 1, left - number, chance * ways * power(bias, symbol, number));
      ways = ways * (left - number) / (number + 1);
    }
    copies[symbol] = 0;
  }

  private double power(int bias, int symbol, int number) {
    return Math.pow(design.biases().get(bias).probability(symbol), number);
  }

  private void count(int bias, int[] others, double chance) {
    for (int own = 0; own < others.length; own++) {
      int[] copies = others.clone();
      copies[own]++;
      double[] answers = model.answers(copies, design);
      for (int reading = 0; reading < answers.length; reading++) {
        given[bias][own][reading] += chance * answers[reading];
      }
    }
  }

  private void addNoise(int bias) {
    int readings = design.readings();
    for (int own = 0; own < design.symbols(); own++) {
      double share = design.biases().get(bias).probability(own);
      for (int reading = 0; reading < readings; reading++) {
        double meant = given[bias][own][reading];
        double noisy = (1 - model.noise()) * meant + model.noise() / readings;
        given[bias][own][reading] = noisy;
        overall[bias][reading] += share * noisy;
      }
    }
  }

  /** Log-probability of answers, nothing being known of who is in the coalition. */
  double logLikelihood(AnswerCounts counts) {
    double sum = 0;
    for (int bias = 0; bias < overall.length; bias++) {
      for (int reading = 0; reading < overall[bias].length; reading++) {
        int number = counts.of(bias, reading);
        sum += number == 0 ? 0 : number * Math.log(overall[bias][reading]);
      }
    }
    return sum;
  }

  /** By how much a symbol raises the log-probability of a reading, in nats. */
  double logRatio(int bias, int reading, int symbol) {
    return Math.log(given[bias][symbol][reading] / overall[bias][reading]);
  }

  PirateModel model() {
    return model;
  }
}
