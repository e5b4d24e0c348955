package org.oml.protocol.tracing.simulation;

import java.util.random.RandomGenerator;
import org.oml.protocol.tracing.Bias;
import org.oml.protocol.tracing.CodeDesign;
import org.oml.protocol.tracing.PirateModel;
import org.oml.protocol.tracing.Scoring;

/**
 * The tracing code. Draws come from a fast generator in place of the keyed ones, with the same
 * probabilities; innocents are drawn like everybody else and scored one by one.
 */
public final class CodedScheme implements Scheme {

  private static final int DRAWS = 256;

  private final CodeDesign design;
  private final Scoring.Maker scorings;
  private final int instances;
  private final double level;

  /**
   * @param instances in all
   * @param falseAccusation probability of naming an innocent, at most
   */
  public CodedScheme(CodeDesign design, int instances, double falseAccusation) {
    this.design = design;
    this.instances = instances;
    level = falseAccusation / instances;
    scorings = new Scoring.Maker(design);
  }

  @Override
  public Trial trial(PirateModel pirate, int positions, RandomGenerator random) {
    int[] biases = random.ints(positions, 0, design.biases().size()).toArray();
    int[][] guilty = new int[pirate.size()][positions];
    int[] readings = new int[positions];
    for (int position = 0; position < positions; position++) {
      int[] copies = new int[design.symbols()];
      for (int[] symbols : guilty) {
        symbols[position] = design.biases().get(biases[position]).rank(random.nextInt(DRAWS));
        copies[symbols[position]]++;
      }
      readings[position] = drawn(pirate.answers(copies, design), random);
    }
    Scoring scoring = scorings.of(biases, readings);
    int bestGuilty = Integer.MIN_VALUE;
    for (int[] symbols : guilty) {
      bestGuilty = Math.max(bestGuilty, score(scoring, biases, readings, symbols));
    }
    int bestInnocent = bestInnocent(scoring, biases, readings, instances - pirate.size(), random);
    int leader = Math.max(bestGuilty, bestInnocent);
    return new Trial(
        scoring.isRarer(bestGuilty, level),
        scoring.isRarer(bestInnocent, level),
        bestGuilty > bestInnocent || (bestGuilty == bestInnocent && random.nextBoolean()),
        Math.log(scoring.bound(leader)),
        Math.log(scoring.bound(bestGuilty)));
  }

  static int drawn(double[] chances, RandomGenerator random) {
    double left = random.nextDouble();
    int last = 0;
    for (int i = 0; i < chances.length; i++) {
      if (chances[i] > 0) {
        last = i;
        left -= chances[i];
        if (left < 0) {
          return i;
        }
      }
    }
    return last;
  }

  private static int score(Scoring scoring, int[] biases, int[] readings, int[] symbols) {
    int score = 0;
    for (int i = 0; i < symbols.length; i++) {
      score += scoring.weight(biases[i], readings[i], symbols[i]);
    }
    return score;
  }

  /** Position by position, so that a byte of the generator adds a weight by one look-up. */
  private int bestInnocent(
      Scoring scoring, int[] biases, int[] readings, int innocents, RandomGenerator random) {
    int[] scores = new int[(innocents + 7) & ~7];
    int[][][] weights = new int[design.biases().size()][design.readings()][];
    for (int position = 0; position < biases.length; position++) {
      int bias = biases[position];
      int reading = readings[position];
      int[] ofDraw = weights[bias][reading];
      if (ofDraw == null) {
        ofDraw = weightsOfDraws(scoring, bias, reading);
        weights[bias][reading] = ofDraw;
      }
      for (int i = 0; i < scores.length; i += 8) {
        long draws = random.nextLong();
        for (int k = 0; k < 8; k++) {
          scores[i + k] += ofDraw[(int) (draws >>> (k << 3)) & 0xff];
        }
      }
    }
    int best = Integer.MIN_VALUE;
    for (int i = 0; i < innocents; i++) {
      best = Math.max(best, scores[i]);
    }
    return best;
  }

  private int[] weightsOfDraws(Scoring scoring, int bias, int reading) {
    Bias shares = design.biases().get(bias);
    int[] weights = new int[DRAWS];
    for (int draw = 0; draw < DRAWS; draw++) {
      weights[draw] = scoring.weight(bias, reading, shares.rank(draw));
    }
    return weights;
  }
}
