package org.oml.prover.audit;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.oml.prover.audit.AuditSimulation.Tally;
import org.oml.prover.audit.SimulatedHost.Conduct;

/** A seeded slice of the simulation; {@code ./oml soak} runs all of it. */
class AuditSimulationTest {

  private static final int AUDITS = Boolean.getBoolean("oml.soak") ? 10_000 : 200;

  private static Map<Conduct, Tally> tallies;

  @BeforeAll
  static void simulate() {
    tallies = new AuditSimulation(7).run(AUDITS);
  }

  private static Tally tally(Conduct conduct) {
    return requireNonNull(tallies.get(conduct));
  }

  @ParameterizedTest
  @EnumSource(Conduct.class)
  void nobodyIsAccusedWrongly(Conduct conduct) {
    assertThat(tally(conduct).wronglyAccused).isZero();
    if (conduct.pays()) {
      assertThat(tally(conduct).accused).isZero();
      assertThat(tally(conduct).of(Verdict.USES_WITHOUT_PERMIT)).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FREELOADER", "FORGER", "SELECTIVE", "FILTER"})
  void whoDoesNotPayIsMostlyAccused(Conduct conduct) {
    Tally tally = tally(conduct);
    assertThat(tally.accused).isGreaterThanOrEqualTo(tally.audits * 3 / 4);
  }

  /** The sequential test errs in one of a hundred at most. */
  @ParameterizedTest
  @EnumSource(names = {"FREELOADER", "FORGER"})
  void whoNeverPaysEscapesOnceInAHundredAuditsAtMost(Conduct conduct) {
    assertThat(tally(conduct).accused).isGreaterThanOrEqualTo(tally(conduct).audits * 99 / 100);
  }

  @Test
  void whoServesAnotherModelIsFoundNotToUseThisOne() {
    Tally unrelated = tally(Conduct.UNRELATED);
    assertThat(unrelated.of(Verdict.DOES_NOT_USE)).isEqualTo(unrelated.audits);
  }

  @Test
  void whoSendsNoReceiptsIsFoundToUseTheModelAndIsNotAccused() {
    Tally silent = tally(Conduct.SILENT_FREELOADER);
    assertThat(silent.accused).isZero();
    assertThat(silent.of(Verdict.USES_WITHOUT_RECEIPT))
        .isGreaterThanOrEqualTo(silent.audits * 9 / 10);
  }
}
