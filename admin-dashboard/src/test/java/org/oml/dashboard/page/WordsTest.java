package org.oml.dashboard.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;

class WordsTest {

  private final Words words = new Words();

  @Test
  void writesAmountsInTokensAndPromisesNoMoreThanThereIs() {
    assertThat(words.tokens(BigInteger.ZERO)).isEqualTo("0");
    assertThat(words.tokens(new BigInteger("1234567500000000000000"))).isEqualTo("1,234.5675");
    assertThat(words.tokens(new BigInteger("1999999999999999999"))).isEqualTo("1.999999");
  }

  @Test
  void writesTimesInUtc() {
    assertThat(words.time(1_790_000_000L)).isEqualTo("2026-09-21 14:13:20 UTC");
  }

  @Test
  void saysHowFarAnAuditIsUntilThereIsAVerdict() {
    assertThat(words.outcome("ASKING", null)).isEqualTo("asking");
    assertThat(words.outcome("DONE", "USES_WITHOUT_PERMIT")).isEqualTo("uses without permit");
  }

  @Test
  void takesAWordThatItDoesNotKnowForNeitherGoodNorBad() {
    assertThat(words.tone("SOMETHING_NEW")).isEqualTo("plain");
  }
}
