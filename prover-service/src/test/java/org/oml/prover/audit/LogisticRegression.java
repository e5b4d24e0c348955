package org.oml.prover.audit;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Logistic regression on standardised features, by gradient descent with a little weight decay. */
final class LogisticRegression {

  private static final int STEPS = 400;
  private static final double RATE = 0.5;
  private static final double DECAY = 1e-3;

  private final double[] means;
  private final double[] deviations;
  private final double[] weights;

  private LogisticRegression(double[] means, double[] deviations) {
    this.means = means;
    this.deviations = deviations;
    this.weights = new double[means.length];
  }

  static LogisticRegression train(double[][] features, boolean[] labels) {
    int width = features[0].length;
    double[] means = new double[width];
    double[] deviations = new double[width];
    for (int j = 0; j < width; j++) {
      int column = j;
      double mean = Arrays.stream(features).mapToDouble(row -> row[column]).average().orElseThrow();
      means[j] = mean;
      deviations[j] =
          Math.sqrt(
              Arrays.stream(features)
                  .mapToDouble(row -> Math.pow(row[column] - mean, 2))
                  .average()
                  .orElseThrow());
    }
    LogisticRegression model = new LogisticRegression(means, deviations);
    model.descend(
        Arrays.stream(features).map(model::standardised).toArray(double[][]::new), labels);
    return model;
  }

  private void descend(double[][] rows, boolean[] labels) {
    for (int step = 0; step < STEPS; step++) {
      double[] gradient = new double[weights.length];
      for (int i = 0; i < rows.length; i++) {
        double error = 1 / (1 + Math.exp(-score(rows[i]))) - (labels[i] ? 1 : 0);
        for (int j = 0; j < gradient.length; j++) {
          gradient[j] += error * rows[i][j] / rows.length;
        }
      }
      for (int j = 0; j < weights.length; j++) {
        weights[j] -= RATE * (gradient[j] + DECAY * weights[j]);
      }
    }
  }

  /**
   * How well the model tells the labels apart: how likely a random row of the one label scores
   * higher than one of the other (Mann and Whitney's U).
   */
  double areaUnderTheCurve(double[][] features, boolean[] labels) {
    double[] scores =
        Arrays.stream(features).mapToDouble(row -> score(standardised(row))).toArray();
    Integer[] order =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> scores[i]))
            .toArray(Integer[]::new);
    double ranks = 0;
    int positives = 0;
    for (int rank = 0; rank < order.length; rank++) {
      if (labels[order[rank]]) {
        ranks += rank + 1;
        positives++;
      }
    }
    double pairs = (double) positives * (order.length - positives);
    return (ranks - positives * (positives + 1.0) / 2) / pairs;
  }

  private double[] standardised(double[] row) {
    double[] standard = new double[row.length];
    for (int j = 0; j < row.length; j++) {
      standard[j] = deviations[j] == 0 ? 0 : (row[j] - means[j]) / deviations[j];
    }
    return standard;
  }

  private double score(double[] row) {
    double score = 0;
    for (int j = 0; j < row.length; j++) {
      score += weights[j] * row[j];
    }
    return score;
  }
}
