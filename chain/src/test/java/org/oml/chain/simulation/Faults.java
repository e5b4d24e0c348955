package org.oml.chain.simulation;

import java.util.SplittableRandom;

/**
 * How likely what goes wrong in a run, each between 0 and 1.
 *
 * @param lost a request never arrives
 * @param answerLost it is done and nobody hears of it
 * @param refused the node answers with an error of its own
 * @param behind the node answers as of some blocks ago
 * @param unindexed the node finds no receipts for a while
 * @param delayed a transaction is taken and spread later
 * @param swallowed a transaction is taken and lost
 * @param repeated a transaction arrives again later
 * @param death the process ends before or after a request or a commit
 * @param interleaved another process runs meanwhile
 * @param dropped a waiting transaction is forgotten, at each step
 * @param reorganised blocks are replaced, at each step
 * @param foreign somebody else uses a nonce, at each step
 * @param fees the base fee changes, at each step
 */
record Faults(
    double lost,
    double answerLost,
    double refused,
    double behind,
    double unindexed,
    double delayed,
    double swallowed,
    double repeated,
    double death,
    double interleaved,
    double dropped,
    double reorganised,
    double foreign,
    double fees) {

  static final Faults NONE = new Faults(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  /** About half of them, more or less often. */
  static Faults drawn(SplittableRandom random) {
    return new Faults(
        some(random, 0.08),
        some(random, 0.08),
        some(random, 0.04),
        some(random, 0.2),
        some(random, 0.1),
        some(random, 0.3),
        some(random, 0.3),
        some(random, 0.3),
        some(random, 0.03),
        some(random, 0.4),
        some(random, 0.15),
        some(random, 0.2),
        some(random, 0.06),
        some(random, 0.3));
  }

  Faults withoutForeign() {
    return new Faults(
        lost,
        answerLost,
        refused,
        behind,
        unindexed,
        delayed,
        swallowed,
        repeated,
        death,
        interleaved,
        dropped,
        reorganised,
        0,
        fees);
  }

  private static double some(SplittableRandom random, double most) {
    return random.nextBoolean() ? 0 : random.nextDouble(most);
  }
}
