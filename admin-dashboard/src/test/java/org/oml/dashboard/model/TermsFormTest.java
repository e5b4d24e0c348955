package org.oml.dashboard.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.oml.dashboard.platform.Terms;
import org.oml.protocol.Bytes32;

class TermsFormTest {

  private static final BigInteger TOKEN = BigInteger.TEN.pow(18);

  private static final Terms PRESENT =
      new Terms(
          7,
          BigInteger.ONE,
          TOKEN.multiply(BigInteger.TEN.pow(6)),
          TOKEN,
          TOKEN,
          BigInteger.valueOf(3600),
          BigInteger.valueOf(604_800),
          BigInteger.valueOf(86_400),
          1000,
          9900,
          4_294_967_295L,
          500,
          true,
          1000,
          Bytes32.ZERO);

  @Test
  void keepsWhatIsNotTypedToTheLastUnit() {
    Terms next = TermsForm.read(PRESENT, Map.of("penalty", " 2.5 "));

    assertThat(next.version()).isEqualTo(8);
    assertThat(next.penalty()).isEqualTo(TOKEN.multiply(BigInteger.valueOf(5)).shiftRight(1));
    assertThat(next.pricePerQuery()).isEqualTo(BigInteger.ONE);
    assertThat(next.minimumStake()).isEqualTo(PRESENT.minimumStake());
    assertThat(next.maximumUnacknowledged()).isEqualTo(4_294_967_295L);
    assertThat(next.billedWhenEngineFails()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "penalty,1e3",
    "penalty,-1",
    "penalty,''",
    "penalty,0.0000000000000000001",
    "disputeWindow,1.5",
    "rewardBps,10001",
    "maximumUnacknowledged,99999999999"
  })
  void refusesWhatIsNoAmountOrNumberAndNamesIt(String field, String typed) {
    assertThatThrownBy(() -> TermsForm.read(PRESENT, Map.of(field, typed)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(field);
  }
}
