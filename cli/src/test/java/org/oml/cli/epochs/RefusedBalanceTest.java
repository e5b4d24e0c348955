package org.oml.cli.epochs;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.oml.protocol.Address;
import org.oml.protocol.Keccak;
import org.oml.protocol.SigningKey;

class RefusedBalanceTest {

  private static final Address HOST = SigningKey.of(Keccak.of("host")).address();
  private static final Address OTHER = SigningKey.of(Keccak.of("other")).address();

  private final RefusedBalance balance = new RefusedBalance();

  @Test
  void whatWasRefusedMayBeChargedAgainOnceInParts() {
    balance.add(Map.of(HOST, BigInteger.TEN));
    assertThat(balance.take(Map.of(HOST, BigInteger.TWO))).isEmpty();
    assertThat(balance.take(Map.of(HOST, BigInteger.valueOf(8)))).isEmpty();
    assertThat(balance.take(Map.of(HOST, BigInteger.ONE)))
        .singleElement()
        .asString()
        .contains(HOST.toString());
  }

  @Test
  void whatWasRefusedAgainMayBeChargedAgain() {
    balance.add(Map.of(HOST, BigInteger.TEN));
    assertThat(balance.take(Map.of(HOST, BigInteger.TEN))).isEmpty();
    balance.add(Map.of(HOST, BigInteger.TWO));
    assertThat(balance.take(Map.of(HOST, BigInteger.TWO))).isEmpty();
  }

  @Test
  void whatWasRefusedOfOneHostIsNotChargedToAnother() {
    balance.add(Map.of(HOST, BigInteger.TEN));
    assertThat(balance.take(Map.of(OTHER, BigInteger.ONE))).hasSize(1);
    assertThat(balance.take(Map.of(HOST, BigInteger.valueOf(11)))).hasSize(1);
  }
}
