package org.oml.prover.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.oml.prover.audit.AuditSimulation.Tally;
import org.oml.prover.audit.SimulatedHost.Character;

/** A seeded slice of the simulation; {@code ./oml soak} runs all of it. */
class AuditSimulationTest {

  private static final int AUDITS = Boolean.getBoolean("oml.soak") ? 10_000 : 200;

  private static Map<Character, Tally> tallies;

  @BeforeAll
  static void simulate() {
    tallies = new AuditSimulation(7).run(AUDITS);
  }

  @ParameterizedTest
  @EnumSource(Character.class)
  void nobodyIsAccusedWrongly(Character character) {
    assertThat(tallies.get(character).wronglyAccused).isZero();
    if (character.pays()) {
      assertThat(tallies.get(character).accused).isZero();
      assertThat(tallies.get(character).of(Verdict.USES_WITHOUT_PERMIT)).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FREELOADER", "FORGER", "SELECTIVE", "FILTER"})
  void whoDoesNotPayIsMostlyAccused(Character character) {
    Tally tally = tallies.get(character);
    assertThat(tally.accused).isGreaterThanOrEqualTo(tally.audits * 3 / 4);
  }

  @ParameterizedTest
  @EnumSource(names = {"FREELOADER", "FORGER"})
  void whoNeverPaysIsAlwaysAccused(Character character) {
    assertThat(tallies.get(character).accused).isEqualTo(tallies.get(character).audits);
  }

  @Test
  void whoServesAnotherModelIsFoundNotToUseThisOne() {
    Tally unrelated = tallies.get(Character.UNRELATED);
    assertThat(unrelated.of(Verdict.DOES_NOT_USE)).isEqualTo(unrelated.audits);
  }

  @Test
  void whoSendsNoReceiptsIsFoundToUseTheModelAndIsNotAccused() {
    Tally silent = tallies.get(Character.SILENT_FREELOADER);
    assertThat(silent.accused).isZero();
    assertThat(silent.of(Verdict.USES_WITHOUT_RECEIPT))
        .isGreaterThanOrEqualTo(silent.audits * 9 / 10);
  }
}
