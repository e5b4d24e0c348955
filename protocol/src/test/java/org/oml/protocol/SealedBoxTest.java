package org.oml.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class SealedBoxTest {

  private static final Bytes32 KEY = Keccak.of("a private key");
  private static final byte[] PLAIN = "what nobody else may read".getBytes(UTF_8);

  /** RFC 7748, section 6.1: Alice's keys. */
  @Test
  void publicKeysAreThoseOfTheStandard() {
    Bytes32 alice =
        Bytes32.parse("0x77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
    assertThat(SealedBox.publicKey(alice))
        .hasToString("0x8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
  }

  @Test
  void opensWithItsKeyAndPurposeAlone() {
    byte[] sealed = SealedBox.seal(SealedBox.publicKey(KEY), PLAIN, "a purpose");
    assertThat(SealedBox.open(KEY, sealed, "a purpose")).hasValue(PLAIN);
    assertThat(SealedBox.open(Keccak.of("another"), sealed, "a purpose")).isEmpty();
    assertThat(SealedBox.open(KEY, sealed, "another purpose")).isEmpty();
  }

  @Test
  void nothingIsSealedTwiceInOneWay() {
    Bytes32 key = SealedBox.publicKey(KEY);
    assertThat(SealedBox.seal(key, PLAIN, "p")).isNotEqualTo(SealedBox.seal(key, PLAIN, "p"));
  }

  @Test
  void noBytesMayBeChangedOrMissing() {
    byte[] sealed = SealedBox.seal(SealedBox.publicKey(KEY), PLAIN, "p");
    for (int i = 0; i < sealed.length; i++) {
      byte[] changed = sealed.clone();
      changed[i] ^= 4;
      assertThat(SealedBox.open(KEY, changed, "p")).as("byte " + i).isEmpty();
      assertThat(SealedBox.open(KEY, java.util.Arrays.copyOf(sealed, i), "p")).isEmpty();
    }
  }

  @Test
  void aKeyThatMakesEverySecretZeroIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> SealedBox.seal(Bytes32.ZERO, PLAIN, "p"));
  }
}
