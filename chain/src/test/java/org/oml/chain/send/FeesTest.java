package org.oml.chain.send;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.oml.chain.Block;
import org.oml.protocol.Bytes32;

class FeesTest {

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 7, 8, 9, 1_000_000_007L, Long.MAX_VALUE / 4})
  void aRaiseIsMoreThanTheTenthThatNodesAsk(long fee) {
    Fees before = fees(fee, fee);

    Fees raised = before.raised(fees(0, 0));

    BigInteger least = BigInteger.valueOf(fee).multiply(BigInteger.valueOf(11));
    assertThat(raised.maximum().multiply(BigInteger.TEN)).isGreaterThan(least);
    assertThat(raised.priority().multiply(BigInteger.TEN)).isGreaterThan(least);
  }

  @Test
  void aRaiseGoesAlongWithTheMarket() {
    assertThat(fees(10, 1).raised(fees(1000, 20))).isEqualTo(fees(1000, 20));
  }

  @Test
  void paysForTwiceTheBaseFeeAndThePriority() {
    assertThat(Fees.onTopOf(head(100), BigInteger.valueOf(7))).isEqualTo(fees(207, 7));
  }

  @Test
  void nobodyOffersMoreThanFiveTimesTheMarket() {
    Fees market = fees(1000, 100);
    Fees offer = market;
    while (offer.worthRaising(market)) {
      offer = offer.raised(market);
    }
    assertThat(offer.maximum()).isBetween(BigInteger.valueOf(4000), BigInteger.valueOf(5000));
  }

  @Test
  void belowTheBaseFeeNoBlockMayHoldIt() {
    assertThat(fees(99, 1).belowBaseFee(head(100))).isTrue();
    assertThat(fees(100, 1).belowBaseFee(head(100))).isFalse();
  }

  private static Fees fees(long maximum, long priority) {
    return new Fees(BigInteger.valueOf(maximum), BigInteger.valueOf(priority));
  }

  private static Block head(long baseFee) {
    return new Block(1, Bytes32.ZERO, Bytes32.ZERO, 0, BigInteger.valueOf(baseFee));
  }
}
