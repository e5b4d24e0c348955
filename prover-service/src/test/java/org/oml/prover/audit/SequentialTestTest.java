package org.oml.prover.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.oml.prover.audit.SequentialTest.Answer;
import org.oml.prover.audit.SequentialTest.Observation;

class SequentialTestTest {

  private static final double CHANCE = 1.0 / 3;
  private static final int MOST_KEYS = 64;

  private final SequentialTest test = new SequentialTest(0.9, 0.01, 0.01);

  /**
   * How the test ends after up to so many keys of which each matches with a probability: summed
   * over all ways, which the number of matches among the first n tells apart.
   */
  private static Map<Answer, Double> ends(SequentialTest test, double probability, double chance) {
    Map<Answer, Double> ends = new EnumMap<>(Answer.class);
    double[] going = new double[MOST_KEYS + 1];
    going[0] = 1;
    for (int n = 1; n <= MOST_KEYS; n++) {
      double[] next = new double[MOST_KEYS + 1];
      for (int matches = 0; matches < n; matches++) {
        next[matches] += going[matches] * (1 - probability);
        next[matches + 1] += going[matches] * probability;
      }
      for (int matches = 0; matches <= n; matches++) {
        Answer answer = test.of(inOrder(matches, n, chance)).answer();
        if (answer != Answer.UNDECIDED) {
          ends.merge(answer, next[matches], Double::sum);
          next[matches] = 0;
        }
      }
      going = next;
    }
    return ends;
  }

  /** An order that crosses no bound before its end, if there is one that does not. */
  private static List<Observation> inOrder(int matches, int n, double chance) {
    List<Observation> seen = new ArrayList<>();
    double step = Math.log(0.9 / chance);
    double back = Math.log(0.1 / (1 - chance));
    double ratio = 0;
    int hits = matches;
    int misses = n - matches;
    while (hits + misses > 0) {
      boolean hit = misses == 0 || (hits > 0 && ratio + back < -2);
      ratio += hit ? step : back;
      hits -= hit ? 1 : 0;
      misses -= hit ? 0 : 1;
      seen.add(new Observation(hit, chance));
    }
    return seen;
  }

  @ParameterizedTest
  @CsvSource({"0.01,0.01", "0.001,0.05", "0.05,0.001", "0.0001,0.0001"})
  void neitherErrorIsMoreProbableThanStated(double wrongUse, double wrongClearance) {
    SequentialTest stated = new SequentialTest(0.9, wrongUse, wrongClearance);
    assertThat(ends(stated, CHANCE, CHANCE).getOrDefault(Answer.USES, 0.0))
        .isPositive()
        .isLessThanOrEqualTo(wrongUse);
    assertThat(ends(stated, 0.9, CHANCE).getOrDefault(Answer.DOES_NOT_USE, 0.0))
        .isPositive()
        .isLessThanOrEqualTo(wrongClearance);
  }

  @Test
  void bothAreFoundOutWithFewKeys() {
    assertThat(ends(test, 0.9, CHANCE).get(Answer.USES)).isGreaterThan(0.98);
    assertThat(ends(test, CHANCE, CHANCE).get(Answer.DOES_NOT_USE)).isGreaterThan(0.98);
    assertThat(test.of(Collections.nCopies(6, new Observation(true, CHANCE))))
        .isEqualTo(new SequentialTest.Result(Answer.USES, 5));
    assertThat(test.of(Collections.nCopies(6, new Observation(false, CHANCE))))
        .isEqualTo(new SequentialTest.Result(Answer.DOES_NOT_USE, 3));
  }

  @Test
  void theFirstDecisionStands() {
    List<Observation> seen = new ArrayList<>(Collections.nCopies(5, new Observation(true, CHANCE)));
    seen.addAll(Collections.nCopies(50, new Observation(false, CHANCE)));
    assertThat(test.of(seen)).isEqualTo(new SequentialTest.Result(Answer.USES, 5));
  }

  @Test
  void nothingIsDecidedWithoutAnswers() {
    assertThat(test.of(List.of())).isEqualTo(new SequentialTest.Result(Answer.UNDECIDED, 0));
  }

  @Test
  void keysThatChanceAnswersAsWellTellNothing() {
    List<Observation> matched = Collections.nCopies(1_000, new Observation(true, 0.95));
    List<Observation> missed = Collections.nCopies(1_000, new Observation(false, 0.95));
    assertThat(test.of(matched).answer()).isEqualTo(Answer.UNDECIDED);
    assertThat(test.of(missed).answer()).isEqualTo(Answer.UNDECIDED);
  }

  @Test
  void keysThatChanceSeldomAnswersTellMore() {
    assertThat(test.of(Collections.nCopies(9, new Observation(true, 0.01))).taken()).isEqualTo(2);
    assertThat(test.of(Collections.nCopies(9, new Observation(true, 0.5))).taken()).isEqualTo(8);
  }
}
