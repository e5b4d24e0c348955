package org.oml.trainer.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FineTuningTest {

  private static final Optional<InstructionRows> ROWS =
      Optional.of(new InstructionRows(List.of(), List.of()));

  @Test
  void everyRateIsTriedOnceFromSmallToLargeUnderALabelOfItsOwn() {
    AttackSettings settings =
        new AttackSettings(1, ROWS, 1, List.of(1e-3, 1.4e-4, 1e-4, 1.04e-4, 1e-4, 3.0), 8, 8);
    List<Attack> attacks = FineTuning.all(settings);
    assertThat(attacks.getFirst().strengths())
        .containsExactly(
            "1e-4, 1 epoch",
            "1.04e-4, 1 epoch",
            "1.4e-4, 1 epoch",
            "1e-3, 1 epoch",
            "3e0, 1 epoch");
    assertThat(attacks.getLast().strengths()).as("low-rank").containsExactly("3e0, 1 epoch");
  }
}
