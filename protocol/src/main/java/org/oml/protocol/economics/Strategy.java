package org.oml.protocol.economics;

/** What a host may do with its queries. */
public enum Strategy {
  /** A permit for every query. */
  HONEST,
  /** No permit for any. */
  FREELOAD,
  /** No permit for one query in ten: it spares as much a hit, over ten times as long. */
  FREELOAD_ON_A_TENTH,
  /**
   * No permit for any, and a friendly prover who convicts the host before others do: the reward
   * comes back to it.
   */
  FREELOAD_AND_SELF_REPORT;

  static final double PART = 0.1;
}
