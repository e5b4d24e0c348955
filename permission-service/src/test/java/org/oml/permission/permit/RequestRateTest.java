package org.oml.permission.permit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.oml.permission.PermissionError;
import org.oml.protocol.Address;
import org.oml.protocol.CodedException;
import org.oml.protocol.Keccak;
import org.oml.protocol.SigningKey;

class RequestRateTest {

  private static final Address HOST = SigningKey.of(Keccak.of("host")).address();
  private static final Address OTHER = SigningKey.of(Keccak.of("other")).address();

  @Test
  void tenSecondsOfPermitsMayComeAtOnceAndNoMore() {
    RequestRate rate = new RequestRate(1);
    for (int i = 0; i < 10; i++) {
      rate.require(HOST, 1);
    }
    assertThatThrownBy(() -> rate.require(HOST, 10))
        .isInstanceOfSatisfying(
            CodedException.class, e -> assertThat(e.code()).isEqualTo(PermissionError.TOO_FAST));
    assertThatCode(() -> rate.require(OTHER, 10)).doesNotThrowAnyException();
  }

  @Test
  void aBatchLargerThanTheBucketCanStillBeHadAlone() {
    RequestRate rate = new RequestRate(1);
    assertThatCode(() -> rate.require(HOST, 4_096)).doesNotThrowAnyException();
    assertThatThrownBy(() -> rate.require(HOST, 4_096)).isInstanceOf(CodedException.class);
  }
}
