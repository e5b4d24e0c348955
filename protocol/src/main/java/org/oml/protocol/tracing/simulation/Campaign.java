package org.oml.protocol.tracing.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.oml.protocol.tracing.PirateModel;

/**
 * Many leaks against one scheme. The same seed gives the same numbers.
 *
 * @param scheme how fingerprints are shared and traced
 * @param trials of every rate
 * @param seed of all draws
 * @param threshold by which somebody is named
 */
public record Campaign(Scheme scheme, int trials, long seed, Threshold threshold) {

  /** What a score has to reach. */
  public enum Threshold {
    /** The scheme's own, which holds whatever the pirate does. */
    FOR_ALL,
    /**
     * Fitted to the very coalition and strategy, so that of the same trials one in a hundred names
     * an innocent. Nobody has it, since nobody knows the strategy.
     */
    FITTED
  }

  private static final double[] EXPONENTS = {
    Double.NEGATIVE_INFINITY, -2, -1, 0, 0.5, 1, 2, Double.POSITIVE_INFINITY
  };
  private static final double[] REFUSALS = {0, 0.25, 0.5, 0.75};
  private static final int TRIALS_OF_A_RESPONSE = 120;
  private static final int TRIALS_OF_A_STEP = 1_000;
  private static final double WANTED = 0.95;
  private static final int STEP = 4;

  /**
   * How many fingerprints a scheme needs.
   *
   * @param fingerprints the fewest, in steps of four, at which 95% of the coalitions are named;
   *     empty where the most that were tried do not suffice
   * @param pirate against whom
   * @param rates at that number, or at the most that were tried
   */
  public record Need(OptionalInt fingerprints, PirateModel pirate, Rates rates) {}

  /** Share of the trials in which one or more of the coalition were named by the threshold. */
  public double detection(Rates rates) {
    return (double) detected(rates) / rates.trials();
  }

  private int detected(Rates rates) {
    return threshold == Threshold.FITTED ? rates.fitted() : rates.detected();
  }

  /** Rates against one pirate. */
  public Rates rates(PirateModel pirate, int fingerprints) {
    return rates(pirate, fingerprints, trials, seed);
  }

  private Rates rates(PirateModel pirate, int fingerprints, int number, long start) {
    SplittableRandom seeds = new SplittableRandom(start * 1_000_003 + fingerprints);
    List<Trial> all = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      all.add(scheme.trial(pirate, fingerprints, seeds.split()));
    }
    return Rates.of(all);
  }

  /** The pirate of a strategy; a best response is looked for with draws of its own. */
  public PirateModel pirate(Strategy strategy, int size, int fingerprints) {
    return strategy == Strategy.BEST_RESPONSE
        ? bestResponse(size, fingerprints)
        : strategy.of(size);
  }

  private PirateModel bestResponse(int size, int fingerprints) {
    PirateModel best = Strategy.REFUSE_IF_DIFFERENT.of(size);
    if (size == 1) {
      return best;
    }
    int number = Math.min(trials, TRIALS_OF_A_RESPONSE);
    Rates least = rates(best, fingerprints, number, ~seed);
    for (double exponent : EXPONENTS) {
      for (double refusal : REFUSALS) {
        PirateModel other = new PirateModel(size, exponent, refusal, 0);
        Rates rates = rates(other, fingerprints, number, ~seed);
        if (detected(rates) < detected(least)
            || (detected(rates) == detected(least) && rates.rarity() > least.rarity())) {
          best = other;
          least = rates;
        }
      }
    }
    return best;
  }

  /**
   * Looks for the fewest fingerprints that name 95% of the coalitions: by doubling and halving with
   * a thousand trials at most, and from what that finds on with all of them.
   *
   * @param most that are tried
   */
  public Need need(Strategy strategy, int size, int most) {
    int few = 0;
    int enough = 1;
    while (STEP * enough < most && !suffices(strategy, size, STEP * enough)) {
      few = enough;
      enough = Math.min(2 * enough, most / STEP);
    }
    while (enough - few > 1) {
      int middle = (few + enough) / 2;
      if (suffices(strategy, size, STEP * middle)) {
        enough = middle;
      } else {
        few = middle;
      }
    }
    PirateModel pirate = pirate(strategy, size, STEP * enough);
    Rates rates = rates(pirate, STEP * enough);
    while (detection(rates) < WANTED && STEP * (enough + 1) <= most) {
      enough++;
      pirate = pirate(strategy, size, STEP * enough);
      rates = rates(pirate, STEP * enough);
    }
    return new Need(
        detection(rates) < WANTED ? OptionalInt.empty() : OptionalInt.of(STEP * enough),
        pirate,
        rates);
  }

  private boolean suffices(Strategy strategy, int size, int fingerprints) {
    int number = Math.min(trials, TRIALS_OF_A_STEP);
    return detection(rates(pirate(strategy, size, fingerprints), fingerprints, number, seed))
        >= WANTED;
  }
}
