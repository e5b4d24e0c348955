package org.oml.chain.send;

import java.math.BigInteger;
import org.oml.chain.Block;

/**
 * What a transaction offers (EIP-1559), in wei for each unit of gas.
 *
 * @param maximum in all
 * @param priority to the block's builder, at most the maximum
 */
record Fees(BigInteger maximum, BigInteger priority) {

  private static final BigInteger EIGHT = BigInteger.valueOf(8);
  private static final BigInteger ENOUGH = BigInteger.valueOf(4);

  /** Pays for six full blocks in a row before the base fee outgrows it. */
  static Fees onTopOf(Block head, BigInteger priority) {
    return new Fees(head.baseFee().shiftLeft(1).add(priority), priority);
  }

  /**
   * An eighth more of both, which is more than the tenth that nodes ask of a replacement, or the
   * market if that is higher.
   */
  Fees raised(Fees market) {
    return new Fees(raised(maximum).max(market.maximum), raised(priority).max(market.priority));
  }

  /**
   * Not any more at four times the market: whatever keeps such a transaction waiting, it is not its
   * fee, and an offer that grew for ever would one day be taken, or outgrow the account.
   */
  boolean worthRaising(Fees market) {
    return maximum.compareTo(market.maximum.multiply(ENOUGH)) < 0;
  }

  /** Whether no block may hold it, so that nodes do not even take it. */
  boolean belowBaseFee(Block head) {
    return maximum.compareTo(head.baseFee()) < 0;
  }

  private static BigInteger raised(BigInteger fee) {
    return fee.add(fee.divide(EIGHT)).add(BigInteger.ONE);
  }
}
