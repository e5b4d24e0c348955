package org.oml.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SignInMessageTest {

  private static final SigningKey KEY = Vectors.KEY;

  static SignInMessage message(Address address) {
    return new SignInMessage(
        "registry.example",
        address,
        "Sign in to the OML registry.",
        "https://registry.example/v1/sign-in",
        BigInteger.valueOf(31337),
        "a1B2c3D4e5F6",
        Instant.parse("2026-11-24T12:00:00Z"),
        Instant.parse("2026-11-24T12:05:00Z"));
  }

  @Test
  void readsWhatItWrites() {
    SignInMessage message = message(KEY.address());
    assertThat(SignInMessage.parse(message.text())).isEqualTo(message);
  }

  @Test
  void isSignedByItsAccountAlone() {
    SignInMessage message = message(KEY.address());
    assertThat(message.isSignedBy(KEY.signMessage(message.text()))).isTrue();
    assertThat(message.isSignedBy(Vectors.key("other").signMessage(message.text()))).isFalse();
    assertThat(message.isSignedBy(KEY.signMessage(message.text() + "\n"))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "Version: 1,Version: 2",
    "Nonce: a1B2c3D4e5F6,Nonce: short",
    "Nonce: a1B2c3D4e5F6,Nonce: a1B2c3D4 e5F6",
    "2026-11-24T12:05:00Z,tomorrow",
    "Chain ID: 31337,Chain ID: -1",
    "Chain ID: 31337,Chain ID: 031337",
    "12:05:00Z,12:05:00.000Z",
    "wants you,wanted you",
  })
  void refusesAnyOtherText(String part, String other) {
    String text = message(KEY.address()).text().replace(part, other);
    assertThatThrownBy(() -> SignInMessage.parse(text))
        .isInstanceOfSatisfying(
            CodedException.class,
            e -> assertThat(e.code()).isEqualTo(ProtocolError.SIGN_IN_MALFORMED));
  }
}
