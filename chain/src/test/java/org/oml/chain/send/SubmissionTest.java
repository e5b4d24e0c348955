package org.oml.chain.send;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Keccak;

class SubmissionTest {

  private static Submission failed(@Nullable Bytes32 hash, @Nullable String failure) {
    return new Submission("a", IntentState.FAILED, hash, 7L, failure);
  }

  @Test
  void whatCameTooEarlyIntoItsBlockMaySucceedInAnother() {
    Bytes32 hash = Keccak.of("transaction");
    assertThat(failed(hash, "TooEarly(1764000000)").failedForItsBlock()).isTrue();
    assertThat(failed(hash, Settlement.NO_LONGER).failedForItsBlock()).isTrue();
    assertThat(failed(hash, "TooLate(1764000000)").failedForItsBlock()).isFalse();
    assertThat(failed(hash, null).failedForItsBlock()).isFalse();
    assertThat(failed(null, "TooEarly(1764000000)").failedForItsBlock()).isFalse();
  }

  @Test
  void anotherAttemptIsTheSameUnderANameOfItsOwn() {
    Intent first = new Intent("reveal/1", Address.ZERO, new byte[] {1}, "reveal");
    assertThat(first.again(2))
        .isEqualTo(new Intent("reveal/1/2", Address.ZERO, new byte[] {1}, "reveal"));
  }
}
