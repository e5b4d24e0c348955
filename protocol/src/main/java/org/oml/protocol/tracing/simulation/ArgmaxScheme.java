package org.oml.protocol.tracing.simulation;

import java.util.random.RandomGenerator;
import org.oml.protocol.tracing.CodeDesign;
import org.oml.protocol.tracing.PirateModel;

/**
 * The published baseline (Nasery et al., 2025): each instance has each fingerprint with probability
 * one half, and the instance with the most of those that fire is named. Here it is named only if it
 * has at least as many as a threshold that an innocent reaches rarely enough, which depends on how
 * many fire.
 */
public final class ArgmaxScheme implements Scheme {

  private final CodeDesign design = CodeDesign.randomAssignment();
  private final int instances;
  private final double level;

  /**
   * @param instances in all
   * @param falseAccusation probability of naming an innocent, at most
   */
  public ArgmaxScheme(int instances, double falseAccusation) {
    this.instances = instances;
    level = falseAccusation / instances;
  }

  @Override
  public Trial trial(PirateModel pirate, int positions, RandomGenerator random) {
    int words = (positions + Long.SIZE - 1) / Long.SIZE;
    long[][] guilty = new long[pirate.size()][words];
    long[] firing = new long[words];
    for (int position = 0; position < positions; position++) {
      int has = 0;
      long bit = 1L << position;
      for (long[] own : guilty) {
        if (random.nextBoolean()) {
          own[position / Long.SIZE] |= bit;
          has++;
        }
      }
      int[] copies = {has, pirate.size() - has};
      if (CodedScheme.drawn(pirate.answers(copies, design), random) == 0) {
        firing[position / Long.SIZE] |= bit;
      }
    }
    int bestGuilty = 0;
    for (long[] own : guilty) {
      bestGuilty = Math.max(bestGuilty, common(own, firing));
    }
    int bestInnocent = bestInnocent(firing, random, pirate.size());
    return outcome(common(firing, firing), bestGuilty, bestInnocent, random);
  }

  private Trial outcome(int fired, int bestGuilty, int bestInnocent, RandomGenerator random) {
    boolean guiltyLeads =
        bestGuilty > bestInnocent || (bestGuilty == bestInnocent && random.nextBoolean());
    double tail = tail(fired, Math.max(bestGuilty, bestInnocent));
    boolean named = tail <= level;
    return new Trial(
        named && guiltyLeads,
        named && !guiltyLeads,
        guiltyLeads,
        Math.log(tail),
        Math.log(tail(fired, bestGuilty)));
  }

  private int bestInnocent(long[] firing, RandomGenerator random, int guilty) {
    int best = 0;
    for (int i = guilty; i < instances; i++) {
      int common = 0;
      for (long word : firing) {
        common += Long.bitCount(random.nextLong() & word);
      }
      best = Math.max(best, common);
    }
    return best;
  }

  private static int common(long[] own, long[] firing) {
    int common = 0;
    for (int i = 0; i < firing.length; i++) {
      common += Long.bitCount(own[i] & firing[i]);
    }
    return common;
  }

  /** The probability that an innocent has so many or more of those that fire. */
  static double tail(int fired, int common) {
    double mass = Math.pow(0.5, fired);
    double sum = 0;
    double term = mass;
    for (int k = fired; k >= common; k--) {
      sum += term;
      term = term * k / (fired - k + 1);
    }
    return sum;
  }
}
