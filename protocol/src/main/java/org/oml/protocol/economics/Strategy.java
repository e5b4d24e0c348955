package org.oml.protocol.economics;

/** What a host may do with its queries. */
public enum Strategy {
  /** A permit for every query. */
  HONEST(0, false),
  /** No permit for any. */
  FREELOAD(1, false),
  /** No permit for one query in ten: it spares as much a hit, over ten times as long. */
  FREELOAD_ON_A_TENTH(0.1, false),
  /**
   * No permit for any, and a friendly prover who convicts the host before others do: the reward
   * comes back to it.
   */
  FREELOAD_AND_SELF_REPORT(1, true);

  private final double part;
  private final boolean reportsItself;

  Strategy(double part, boolean reportsItself) {
    this.part = part;
    this.reportsItself = reportsItself;
  }

  /** The part of its queries that it answers without a permit, 0 to 1. */
  public double part() {
    return part;
  }

  /** Whether the reward of its conviction comes back to it. */
  public boolean reportsItself() {
    return reportsItself;
  }
}
