package org.oml.permission.epoch;

import java.time.Duration;

/**
 * When epochs are closed and how they are settled.
 *
 * @param period of an epoch at most
 * @param permits after which an epoch is closed early
 * @param grace between the end of an epoch and its closing: how long a permit may take from its
 *     date into the ledger, and how far clocks may be apart
 * @param batch charges that one transaction settles, at most what the PermitLedger takes
 * @param poll time between two looks
 */
public record EpochSettings(
    Duration period, long permits, Duration grace, int batch, Duration poll) {

  /** That the PermitLedger takes in a batch. */
  private static final int LARGEST_BATCH = 500;

  /**
   * @throws IllegalArgumentException with the setting's name, for one out of range
   */
  public EpochSettings {
    require(period.toSeconds() >= 1, "period", "must be at least a second");
    require(permits >= 1 && permits <= 10_000_000, "permits", "must be between 1 and 10000000");
    require(grace.toSeconds() >= 1, "grace", "must be at least a second");
    require(batch >= 1 && batch <= LARGEST_BATCH, "batch", "must be between 1 and 500");
    require(poll.isPositive(), "poll", "must be longer than nothing");
  }

  private static void require(boolean holds, String name, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException("epoch." + name + " " + otherwise);
    }
  }
}
