package org.oml.chain.send;

import java.math.BigInteger;

/**
 * Where a sender gives up and when it asks for money. A service binds it as {@code oml.chain.*}.
 *
 * @param refusals how often a node may refuse a transaction before it is given up; tries are ever
 *     further apart, up to five minutes
 * @param balanceAlarm wei below which the account's balance is a warning; 0 for none
 */
public record SenderLimits(int refusals, BigInteger balanceAlarm) {

  /** Twenty refusals, which take about an hour; a hundredth of an ether. */
  public static final SenderLimits DEFAULT = new SenderLimits(20, BigInteger.TEN.pow(16));

  /**
   * @throws IllegalArgumentException for a limit out of range
   */
  public SenderLimits {
    if (refusals < 1) {
      throw new IllegalArgumentException("oml.chain.refusals is 1 or more.");
    }
    if (balanceAlarm.signum() < 0) {
      throw new IllegalArgumentException("oml.chain.balance-alarm is 0 or more.");
    }
  }
}
