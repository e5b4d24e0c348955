package org.oml.protocol.economics;

import java.util.Arrays;
import org.oml.protocol.CodedException;
import org.oml.protocol.ProtocolError;

/**
 * What a host may expect that answers without permits. Amounts are in whole tokens.
 *
 * <p>Each query is a fingerprint key with probability {@link #auditShare}, and fires with {@link
 * #success}; a key cannot be told from other queries. Until the hit that convicts it a freeloader
 * answers {@code hits / (auditShare · success)} queries on average, whatever its volume and
 * whatever part of its traffic it freeloads on, since sparing less also means being hit less often.
 * From then on it serves until the stake is gone. It is hit once: what other answers of the same
 * time could cost besides is left out, in the host's favour.
 *
 * @param price of a permit
 * @param penalty that a conviction costs
 * @param reward that the prover of a conviction gets
 * @param auditShare of the host's queries that are fingerprint keys, above 0 to 1
 * @param success with which a key fires, above 0 to 1
 * @param hits that convict, at least 1
 * @param window seconds from the hit to the slash in which the host goes on
 * @param rate queries that it answers a second
 */
public record HostEconomics(
    double price,
    double penalty,
    double reward,
    double auditShare,
    double success,
    int hits,
    double window,
    double rate) {

  /** So many times what a freeloader gains before the hit must be at stake. */
  private static final double MARGIN = 2;

  /**
   * @throws CodedException {@link ProtocolError#VALUE_OUT_OF_RANGE}
   */
  public HostEconomics {
    requireFrom(price, 0, "price");
    requireFrom(penalty, 0, "penalty");
    requireFrom(reward, 0, "reward");
    requireFrom(window, 0, "window");
    requireFrom(rate, 0, "rate");
    requireFrom(hits, 1, "hits");
    requireShare(auditShare, "auditShare");
    requireShare(success, "success");
    if (reward > penalty) {
      throw outOfRange("reward is more than the penalty");
    }
  }

  private static void requireFrom(double value, double least, String name) {
    if (!(value >= least) || Double.isInfinite(value)) {
      throw outOfRange(name + " is below " + least + " or no number");
    }
  }

  private static void requireShare(double value, String name) {
    if (!(value > 0 && value <= 1)) {
      throw outOfRange(name + " is not above 0 and at most 1");
    }
  }

  private static CodedException outOfRange(String sentence) {
    return new CodedException(ProtocolError.VALUE_OUT_OF_RANGE, "The value " + sentence + ".");
  }

  /** The same with another share of keys among the queries. */
  public HostEconomics withAuditShare(double share) {
    return new HostEconomics(price, penalty, reward, share, success, hits, window, rate);
  }

  /** Queries that a host answers without a permit, on average, until the hit that convicts it. */
  public double queriesUntilConviction() {
    return hits / (auditShare * success);
  }

  /** What a host spares before the hit, whatever part of its queries it freeloads on. */
  public double sparedUntilConviction(Strategy strategy) {
    return strategy.part() == 0 ? 0 : price * queriesUntilConviction();
  }

  /** What it spares from the hit to the slash. */
  public double sparedInWindow(Strategy strategy) {
    return strategy.part() * price * rate * window;
  }

  /** What it loses by the conviction. */
  public double lost(Strategy strategy) {
    double slashed = strategy.part() == 0 ? 0 : penalty;
    return strategy.reportsItself() ? slashed - reward : slashed;
  }

  /** What a host gains on average, less what it loses; it pays where this is above zero. */
  public double net(Strategy strategy) {
    return sparedUntilConviction(strategy) + sparedInWindow(strategy) - lost(strategy);
  }

  /** Whether nothing pays but honesty. */
  public boolean honestyPays() {
    return Arrays.stream(Strategy.values()).allMatch(strategy -> net(strategy) <= 0);
  }

  /**
   * The penalty to choose: beyond the reward, twice what is spared before the hit, and what is
   * spared in the window.
   */
  public double advisedPenalty() {
    return reward
        + MARGIN * sparedUntilConviction(Strategy.FREELOAD)
        + sparedInWindow(Strategy.FREELOAD);
  }

  /**
   * The share of keys at which freeloading just does not pay, with self-report.
   *
   * @return above 1 where no amount of auditing makes up for the penalty
   */
  public double breakEvenAuditShare() {
    double atStake = penalty - reward - sparedInWindow(Strategy.FREELOAD);
    return atStake <= 0 ? Double.POSITIVE_INFINITY : price * hits / (success * atStake);
  }
}
