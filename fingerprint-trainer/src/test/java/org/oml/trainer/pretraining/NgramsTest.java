package org.oml.trainer.pretraining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class NgramsTest {

  /** Trigrams (0,0,1) three times, (0,1,2) twice, (0,1,1) once: both discounts follow by hand. */
  private final Ngrams ngrams =
      new Ngrams(List.of(new int[] {0, 1, 2}, new int[] {0, 1, 2}, new int[] {0, 1, 1}), 3);

  @Test
  void theUnigramCountsEveryTokenOnceMore() {
    assertThat(ngrams.unigramLoss(List.of(new int[] {0, 1})))
        .isCloseTo(Math.log(9 / 5.0), within(1e-12));
  }

  @Test
  void theTrigramIsWhatTheFormulaGivesByHand() {
    double first = 155 / 162.0;
    assertThat(ngrams.trigramLoss(List.of(new int[] {0, 1, 2})))
        .isCloseTo(-(Math.log(first) + Math.log(50 / 81.0)) / 2, within(1e-12));
    assertThat(ngrams.trigramLoss(List.of(new int[] {0, 1, 1})))
        .isCloseTo(-(Math.log(first) + Math.log(29 / 81.0)) / 2, within(1e-12));
    assertThat(ngrams.trigramLoss(List.of(new int[] {0, 1, 0})))
        .isCloseTo(-(Math.log(first) + Math.log(2 / 81.0)) / 2, within(1e-12));
  }

  @Test
  void whatWasNeverSeenFallsBackToTheLowestOrder() {
    assertThat(ngrams.trigramLoss(List.of(new int[] {2, 2, 2})))
        .isCloseTo(Math.log(18 / 5.0), within(1e-12));
  }
}
