package org.oml.protocol.tracing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The distribution of an innocent instance's score, given the answers. An innocent's symbols are
 * drawn independently of what the pirate answers, so its score is a sum of independent whole
 * numbers of known distribution: no assumption on the pirate enters, and nothing is approximated
 * but in the last digits of doubles.
 */
final class InnocentScores {

  /** A bound this many times above a level is taken to mean that the tail is above it too. */
  private static final double HOPELESS = 1_000;

  private static final double LARGEST_TILT = 4;

  /**
   * Positions that are alike.
   *
   * @param number of them
   */
  private record Alike(int number, int[] values, double[] chances) {

    int least() {
      return Arrays.stream(values).min().orElseThrow();
    }

    int width() {
      return Arrays.stream(values).max().orElseThrow() - least();
    }

    int span() {
      return number * width();
    }
  }

  private final List<Alike> classes = new ArrayList<>();

  /** Computed when first asked for: the probability of each sum or more, from the least one on. */
  private double @Nullable [] tails;

  InnocentScores(CodeDesign design, AnswerCounts counts, Weights weights) {
    for (int bias = 0; bias < design.biases().size(); bias++) {
      for (int reading = 0; reading < design.readings(); reading++) {
        if (counts.of(bias, reading) > 0) {
          classes.add(
              alike(
                  counts.of(bias, reading), weights.of(bias, reading), design.biases().get(bias)));
        }
      }
    }
  }

  /** Symbols that weigh the same are one. */
  private static Alike alike(int number, int[] weights, Bias bias) {
    int[] values = new int[weights.length];
    double[] chances = new double[weights.length];
    int different = 0;
    for (int symbol = 0; symbol < weights.length; symbol++) {
      int place = 0;
      while (place < different && values[place] != weights[symbol]) {
        place++;
      }
      different = Math.max(different, place + 1);
      values[place] = weights[symbol];
      chances[place] += bias.probability(symbol);
    }
    return new Alike(number, Arrays.copyOf(values, different), Arrays.copyOf(chances, different));
  }

  /** Whether an innocent has a score or more with a probability of at most a level. */
  boolean isRarer(int score, double level) {
    double bound = bound(score);
    return bound <= level || (bound <= HOPELESS * level && tail(score) <= level);
  }

  /** Chernoff's bound of the probability that an innocent has a score or more. */
  double bound(int score) {
    double low = 0;
    double high = LARGEST_TILT;
    for (int round = 0; round < 40; round++) {
      double middle = (low + high) / 2;
      if (mean(middle) < score) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return Math.min(1, Math.exp(logMoment(low) - low * score));
  }

  private double logMoment(double tilt) {
    double sum = 0;
    for (Alike alike : classes) {
      double moment = 0;
      for (int i = 0; i < alike.values().length; i++) {
        moment += alike.chances()[i] * Math.exp(tilt * alike.values()[i]);
      }
      sum += alike.number() * Math.log(moment);
    }
    return sum;
  }

  private double mean(double tilt) {
    double sum = 0;
    for (Alike alike : classes) {
      double moment = 0;
      double weighted = 0;
      for (int i = 0; i < alike.values().length; i++) {
        double term = alike.chances()[i] * Math.exp(tilt * alike.values()[i]);
        moment += term;
        weighted += term * alike.values()[i];
      }
      sum += alike.number() * weighted / moment;
    }
    return sum;
  }

  /** The probability that an innocent has a score or more. */
  double tail(int score) {
    double[] all = tails;
    if (all == null) {
      all = distribution(classes.stream().mapToInt(Alike::span).sum());
      for (int i = all.length - 2; i >= 0; i--) {
        all[i] += all[i + 1];
      }
      tails = all;
    }
    int place = score - classes.stream().mapToInt(alike -> alike.number() * alike.least()).sum();
    return place <= 0 ? 1 : place >= all.length ? 0 : Math.min(1, all[place]);
  }

  /** Mass of each sum, from the least one on. */
  private double[] distribution(int span) {
    double[] mass = new double[span + 1];
    double[] next = new double[span + 1];
    mass[0] = 1;
    int reached = 0;
    for (Alike alike : classes) {
      int width = alike.width();
      int least = alike.least();
      for (int position = 0; position < alike.number(); position++) {
        Arrays.fill(next, 0, reached + width + 1, 0);
        for (int i = 0; i < alike.values().length; i++) {
          add(mass, reached, alike.values()[i] - least, alike.chances()[i], next);
        }
        reached += width;
        double[] swap = mass;
        mass = next;
        next = swap;
      }
    }
    return mass;
  }

  private static void add(double[] mass, int reached, int shift, double chance, double[] next) {
    for (int i = 0; i <= reached; i++) {
      next[i + shift] += chance * mass[i];
    }
  }
}
