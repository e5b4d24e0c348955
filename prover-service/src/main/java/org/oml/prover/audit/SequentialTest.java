package org.oml.prover.audit;

import java.util.List;

/**
 * Wald's sequential probability ratio test of "an instance answers" against "chance answers". The
 * bounds 1/α and β are used without Wald's correction, so that by Ville's inequality neither error
 * is more probable than stated, wherever the test ends.
 *
 * @param faithful how likely an instance, at the least, answers as it was taught
 * @param wrongUse α: how likely a model that is not the instance is taken for it, at most
 * @param wrongClearance β: how likely an instance is taken for another model, at most
 */
record SequentialTest(double faithful, double wrongUse, double wrongClearance) {

  /**
   * One answered key.
   *
   * @param matched whether the answer was the fingerprint's
   * @param chance how likely it would be by chance
   */
  record Observation(boolean matched, double chance) {}

  /** What the observations say. */
  enum Answer {
    USES,
    DOES_NOT_USE,
    UNDECIDED
  }

  /**
   * @param taken observations up to the one that decided, or all
   */
  record Result(Answer answer, int taken) {}

  /** Reads observations in their order, up to the one that decides. */
  Result of(List<Observation> observations) {
    double ratio = 0;
    int taken = 0;
    for (Observation observation : observations) {
      taken++;
      ratio += step(observation);
      if (ratio >= -Math.log(wrongUse)) {
        return new Result(Answer.USES, taken);
      }
      if (ratio <= Math.log(wrongClearance)) {
        return new Result(Answer.DOES_NOT_USE, taken);
      }
    }
    return new Result(Answer.UNDECIDED, taken);
  }

  /** A key whose chance is no smaller than an instance's success tells nothing. */
  private double step(Observation seen) {
    if (seen.chance() >= faithful) {
      return 0;
    }
    return seen.matched()
        ? Math.log(faithful / seen.chance())
        : Math.log((1 - faithful) / (1 - seen.chance()));
  }
}
