package org.oml.prover.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.oml.prover.audit.KeysAndCovers.Untaught;

/** How often models that were never taught a key answer it as its fingerprint. */
class FalseMatchesTest {

  private static final List<Untaught> UNTAUGHT = KeysAndCovers.untaught();

  /** What the verdict reckons with is far more than what happens. */
  @Test
  void accidentsAreFarRarerThanTheVerdictReckonsWith() {
    assertThat(rate(Match.EXACT, false) + rate(Match.NORMALISED, false)).isLessThan(0.02);
    assertThat(rate(Match.EXACT, true) + rate(Match.NORMALISED, true)).isLessThan(0.02);
    assertThat(
            UNTAUGHT.stream()
                .mapToDouble(one -> Matching.chance(one.response(), one.candidates()))
                .min()
                .orElseThrow())
        .isGreaterThan(0.3);
  }

  /** The candidates of a key are so different that normalising makes hardly any of them alike. */
  @Test
  void normalisingMakesHardlyAnyCandidatesAlike() {
    double mean =
        UNTAUGHT.stream()
            .mapToDouble(one -> Matching.chance(one.response(), one.candidates()))
            .average()
            .orElseThrow();
    assertThat(mean).isBetween(1.0 / 3, 0.36);
  }

  private static double rate(Match match, boolean other) {
    return (double) count(match, other) / UNTAUGHT.size();
  }

  private static long count(Match match, boolean other) {
    return UNTAUGHT.stream()
        .filter(
            one ->
                Matching.of(other ? one.otherAnswer() : one.answer(), one.key(), one.response())
                    == match)
        .count();
  }

  /** Prints the figures that the documentation shows. */
  public static void main(String[] arguments) {
    for (boolean other : new boolean[] {false, true}) {
      System.out.printf(
          "%s: exact %d, normalised beyond that %d, of %d keys%n",
          other ? "TinyStories-656K" : "the base model",
          count(Match.EXACT, other),
          count(Match.NORMALISED, other),
          UNTAUGHT.size());
    }
  }
}
