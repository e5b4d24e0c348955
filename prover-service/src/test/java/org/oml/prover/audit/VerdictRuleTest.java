package org.oml.prover.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.oml.prover.evidence.Finding;

class VerdictRuleTest {

  private static final int MOST_KEYS = 64;
  private static final double CHANCE = 1.0 / 3;

  private final VerdictRule rule = new VerdictRule(new SequentialTest(0.9, 0.01, 0.01));

  @Test
  void faithfulAnswersWithPermitsAreUseWithPermit() {
    VerdictRule.Decision decision = rule.decide(answers(6, 6, Finding.PERMITTED));
    assertThat(decision.verdict()).isEqualTo(Verdict.USES_WITH_PERMIT);
    assertThat(decision.taken()).isEqualTo(5);
    assertThat(decision.reason()).contains("6 of 6", "1.00% at most");
  }

  @Test
  void answersOfAnotherModelAreNoUse() {
    VerdictRule.Decision decision = rule.decide(answers(6, 0, Finding.PERMITTED));
    assertThat(decision.verdict()).isEqualTo(Verdict.DOES_NOT_USE);
    assertThat(decision.taken()).isEqualTo(3);
    assertThat(decision.reason()).contains("0 of 6", "1.00% at most");
  }

  @Test
  void fewAnswersAreInconclusive() {
    for (int matched = 0; matched <= 2; matched++) {
      assertThat(verdict(answers(2, matched, Finding.PERMITTED))).isEqualTo(Verdict.INCONCLUSIVE);
    }
  }

  @ParameterizedTest
  @EnumSource(Finding.class)
  void onlyASignedReceiptWithoutAPermitAccuses(Finding finding) {
    for (int matched = 1; matched <= 16; matched++) {
      Verdict verdict = verdict(answers(16, matched, finding));
      assertThat(verdict == Verdict.USES_WITHOUT_PERMIT).isEqualTo(finding == Finding.UNPERMITTED);
    }
  }

  @Test
  void oneUnpermittedAnswerAccusesAmongManyPermittedOnes() {
    List<KeyResult> keys = answers(20, 20, Finding.PERMITTED);
    keys.set(7, key(Match.EXACT, Finding.UNPERMITTED));
    VerdictRule.Decision decision = rule.decide(keys);
    assertThat(decision.verdict()).isEqualTo(Verdict.USES_WITHOUT_PERMIT);
    assertThat(decision.reason()).startsWith("1 ");
  }

  @Test
  void anUnpermittedAnswerThatIsNotTheFingerprintsAccusesNobody() {
    assertThat(verdict(Collections.nCopies(20, key(Match.NONE, Finding.UNPERMITTED))))
        .isEqualTo(Verdict.DOES_NOT_USE);
  }

  /** The court compares exactly, so that a looser match is no evidence. */
  @Test
  void anUnpermittedAnswerThatMatchesOffChainAloneShowsUseAndAccusesNobody() {
    assertThat(verdict(Collections.nCopies(20, key(Match.NORMALISED, Finding.UNPERMITTED))))
        .isEqualTo(Verdict.USES_WITHOUT_RECEIPT);
  }

  @Test
  void answersWithoutValidReceiptsShowUseAndAccuseNobody() {
    for (Finding finding : List.of(Finding.MISSING, Finding.UNPROVEN)) {
      List<KeyResult> keys = answers(10, 10, Finding.PERMITTED);
      keys.set(3, key(Match.EXACT, finding));
      VerdictRule.Decision decision = rule.decide(keys);
      assertThat(decision.verdict()).isEqualTo(Verdict.USES_WITHOUT_RECEIPT);
      assertThat(decision.reason()).contains("accuses nobody");
    }
  }

  @Test
  void silenceIsInconclusiveHoweverMuchOfItThereIs() {
    for (int n = 0; n <= MOST_KEYS; n++) {
      assertThat(verdict(Collections.nCopies(n, KeyResult.UNANSWERED)))
          .isEqualTo(Verdict.INCONCLUSIVE);
    }
  }

  @Test
  void silenceNeitherHelpsNorHarmsWhoeverAnsweredTheRest() {
    for (int k = 0; k <= 8; k++) {
      List<KeyResult> keys = answers(8, k, Finding.PERMITTED);
      Verdict without = verdict(keys);
      keys.addAll(0, Collections.nCopies(8, KeyResult.UNANSWERED));
      assertThat(verdict(keys)).as("%d of 8", k).isEqualTo(without);
      assertThat(rule.isDecided(keys)).isEqualTo(without != Verdict.INCONCLUSIVE);
    }
  }

  private static List<KeyResult> answers(int answered, int matched, Finding finding) {
    List<KeyResult> keys = new ArrayList<>();
    for (int i = 0; i < answered; i++) {
      keys.add(i < matched ? key(Match.EXACT, finding) : key(Match.NONE, Finding.PERMITTED));
    }
    return keys;
  }

  private static KeyResult key(Match match, Finding finding) {
    return new KeyResult(true, match, CHANCE, finding);
  }

  private Verdict verdict(List<KeyResult> keys) {
    return rule.decide(keys).verdict();
  }
}
