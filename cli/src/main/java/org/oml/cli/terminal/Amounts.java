package org.oml.cli.terminal;

import java.math.BigDecimal;
import java.math.BigInteger;

/** Amounts of the payment token (18 decimals), as people write them. */
public final class Amounts {

  private static final int DECIMALS = 18;

  private Amounts() {}

  /** The amount in whole tokens, without needless zeros. */
  public static String inTokens(BigInteger smallestUnits) {
    BigDecimal tokens = new BigDecimal(smallestUnits, DECIMALS).stripTrailingZeros();
    return (tokens.scale() < 0 ? tokens.setScale(0) : tokens).toPlainString();
  }

  /** The smallest units of so many whole tokens. */
  public static BigInteger tokens(long whole) {
    return BigInteger.valueOf(whole).multiply(BigInteger.TEN.pow(DECIMALS));
  }
}
