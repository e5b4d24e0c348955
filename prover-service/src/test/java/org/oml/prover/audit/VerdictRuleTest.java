package org.oml.prover.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.oml.prover.evidence.Finding;

class VerdictRuleTest {

  private static final int MOST_KEYS = 64;
  private static final BigDecimal ERROR = new BigDecimal("0.05");

  /** A probability as a fraction, so that tails can be added up exactly. */
  private record Fraction(int numerator, int denominator) {

    double value() {
      return (double) numerator / denominator;
    }
  }

  private static final Fraction CHANCE = new Fraction(1, 3);
  private static final Fraction FAITHFUL = new Fraction(9, 10);

  /** The sum of C(n, i) · p^i · (1 − p)^(n − i), in whole numbers up to the last division. */
  private static BigDecimal exact(int from, int to, int n, Fraction p) {
    BigInteger sum = BigInteger.ZERO;
    BigInteger hit = BigInteger.valueOf(p.numerator());
    BigInteger miss = BigInteger.valueOf(p.denominator() - p.numerator());
    for (int i = from; i <= to; i++) {
      sum = sum.add(choose(n, i).multiply(hit.pow(i)).multiply(miss.pow(n - i)));
    }
    BigInteger all = BigInteger.valueOf(p.denominator()).pow(n);
    return new BigDecimal(sum).divide(new BigDecimal(all), MathContext.DECIMAL128);
  }

  private static BigInteger choose(int n, int k) {
    BigInteger result = BigInteger.ONE;
    for (int i = 1; i <= k; i++) {
      result = result.multiply(BigInteger.valueOf(n - k + i)).divide(BigInteger.valueOf(i));
    }
    return result;
  }

  @Test
  void tailsAreTheBinomialDistributionsOwn() {
    for (Fraction p : List.of(CHANCE, FAITHFUL)) {
      for (int n = 0; n <= MOST_KEYS; n++) {
        for (int k = 0; k <= n; k++) {
          requireClose(VerdictRule.atLeast(k, n, p.value()), exact(k, n, n, p));
          requireClose(VerdictRule.atMost(k, n, p.value()), exact(0, k, n, p));
        }
      }
    }
  }

  private static void requireClose(double computed, BigDecimal exact) {
    double relative = computed / exact.doubleValue();
    assertThat(relative).isCloseTo(1, within(1e-11));
  }

  /** Every number of keys that an audit may have, answered and matched in every way. */
  @Test
  void permittedAnswersAreJudgedByTheExactTails() {
    for (int n = 1; n <= MOST_KEYS; n++) {
      for (int k = 0; k <= n; k++) {
        Verdict expected =
            exact(k, n, n, CHANCE).compareTo(ERROR) <= 0
                ? Verdict.USES_WITH_PERMIT
                : exact(0, k, n, FAITHFUL).compareTo(ERROR) <= 0
                    ? Verdict.DOES_NOT_USE
                    : Verdict.INCONCLUSIVE;
        assertThat(verdict(answers(n, k, Finding.PERMITTED)))
            .as("%d of %d", k, n)
            .isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Finding.class)
  void onlyASignedReceiptWithoutAPermitAccuses(Finding finding) {
    for (int matched = 1; matched <= 16; matched++) {
      Verdict verdict = verdict(answers(16, matched, finding));
      if (finding == Finding.UNPERMITTED) {
        assertThat(verdict).isEqualTo(Verdict.USES_WITHOUT_PERMIT);
      } else {
        assertThat(verdict).isNotEqualTo(Verdict.USES_WITHOUT_PERMIT);
      }
    }
  }

  @Test
  void oneUnpermittedAnswerAccusesAmongManyPermittedOnes() {
    List<KeyResult> keys = answers(20, 20, Finding.PERMITTED);
    keys.set(7, new KeyResult(true, true, Finding.UNPERMITTED));
    VerdictRule.Decision decision = VerdictRule.decide(keys);
    assertThat(decision.verdict()).isEqualTo(Verdict.USES_WITHOUT_PERMIT);
    assertThat(decision.reason()).startsWith("1 ");
  }

  @Test
  void anUnpermittedAnswerThatIsNotTheFingerprintsAccusesNobody() {
    List<KeyResult> keys =
        new ArrayList<>(Collections.nCopies(20, new KeyResult(true, false, Finding.UNPERMITTED)));
    assertThat(verdict(keys)).isEqualTo(Verdict.DOES_NOT_USE);
  }

  @Test
  void answersWithoutValidReceiptsShowUseAndAccuseNobody() {
    for (Finding finding : List.of(Finding.MISSING, Finding.UNPROVEN)) {
      List<KeyResult> keys = answers(10, 10, Finding.PERMITTED);
      keys.set(3, new KeyResult(true, true, finding));
      VerdictRule.Decision decision = VerdictRule.decide(keys);
      assertThat(decision.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
      assertThat(decision.reason()).contains("accuses nobody");
    }
  }

  @Test
  void silenceIsInconclusiveHoweverMuchOfItThereIs() {
    for (int n = 0; n <= MOST_KEYS; n++) {
      List<KeyResult> silent = Collections.nCopies(n, new KeyResult(false, false, Finding.MISSING));
      assertThat(verdict(silent)).isEqualTo(Verdict.INCONCLUSIVE);
    }
  }

  @Test
  void silenceNeitherHelpsNorHarmsWhoeverAnsweredTheRest() {
    for (int k = 0; k <= 8; k++) {
      List<KeyResult> keys = answers(8, k, Finding.PERMITTED);
      Verdict without = verdict(keys);
      keys.addAll(Collections.nCopies(8, new KeyResult(false, false, Finding.MISSING)));
      assertThat(verdict(keys)).as("%d of 8", k).isEqualTo(without);
    }
  }

  private static List<KeyResult> answers(int answered, int matched, Finding finding) {
    List<KeyResult> keys = new ArrayList<>();
    for (int i = 0; i < answered; i++) {
      keys.add(
          i < matched
              ? new KeyResult(true, true, finding)
              : new KeyResult(true, false, Finding.PERMITTED));
    }
    return keys;
  }

  private static Verdict verdict(List<KeyResult> keys) {
    return VerdictRule.decide(keys).verdict();
  }
}
