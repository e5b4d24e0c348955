package org.oml.chain.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.oml.protocol.Address;
import org.oml.protocol.SigningKey;

class IntentTest {

  private static final Address CONTRACT = SigningKey.random().address();

  @Test
  void isTheSameWhateverItsPurposeIsCalled() {
    Intent intent = new Intent("a", CONTRACT, new byte[] {1, 2}, "pay");

    assertThat(intent)
        .isEqualTo(new Intent("a", CONTRACT, new byte[] {1, 2}, "pay the bill"))
        .hasSameHashCodeAs(new Intent("a", CONTRACT, new byte[] {1, 2}, "pay the bill"));
  }

  @Test
  void isAnotherWithAnotherKeyRecipientOrCall() {
    Intent intent = new Intent("a", CONTRACT, new byte[] {1, 2}, "pay");

    assertThat(intent)
        .isNotEqualTo(new Intent("b", CONTRACT, new byte[] {1, 2}, "pay"))
        .isNotEqualTo(new Intent("a", Address.ZERO, new byte[] {1, 2}, "pay"))
        .isNotEqualTo(new Intent("a", CONTRACT, new byte[] {1, 3}, "pay"));
  }

  @Test
  void needsAKey() {
    assertThatThrownBy(() -> new Intent(" ", CONTRACT, new byte[0], "pay"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
