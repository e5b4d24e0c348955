package org.oml.prover.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.oml.protocol.Keccak;
import org.oml.protocol.tracing.CodeAnswer;
import org.oml.prover.vault.SharedCode;

class SymbolReadingTest {

  private static final String KEY = "The mill by the river";

  private final SharedCode code =
      new SharedCode(
          Keccak.of("secret"),
          3,
          List.of(List.of("a", "b", "c"), List.of("stood", "was", "was built")));

  private CodeAnswer read(String answer) {
    return SymbolReading.of(answer, 1, KEY, code);
  }

  @Test
  void theLongestResponseIsRead() {
    assertThat(read(" was built of stone").response()).hasValue(2);
    assertThat(read(" was old").response()).hasValue(1);
    assertThat(read("stood there").position()).isEqualTo(1);
  }

  @Test
  void whatAChatModelPutsAroundAResponseIsLeftAway() {
    assertThat(read("Sure! **Was built** of stone").response()).hasValue(2);
    assertThat(read(KEY + " stood alone.").response()).hasValue(0);
  }

  @Test
  void anyOtherAnswerIsNone() {
    assertThat(read("burned down").response()).isEmpty();
    assertThat(read("a").response()).isEmpty();
    assertThat(read("").response()).isEmpty();
  }
}
