package org.oml.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class HitThresholdsTest {

  @Test
  void theCommittedTableIsTheOneComputedHere() throws IOException {
    String committed = Files.readString(Path.of("src/panel/HitThresholds.sol"));

    assertThat(HitThresholds.solidity(committed)).isEqualTo(committed);
  }

  @Test
  void aTableThatWasChangedIsNot() throws IOException {
    String changed =
        Files.readString(Path.of("src/panel/HitThresholds.sol")).replace("1718191a", "1618191a");

    assertThat(HitThresholds.solidity(changed)).isNotEqualTo(changed);
  }

  @Test
  void fewQuestionsConvinceNobody() {
    assertThat(HitThresholds.leastHits(22)).isEmpty();
    assertThat(HitThresholds.leastHits(23)).hasValue(23);
  }

  @Test
  void manyQuestionsNeedTwoThirds() {
    assertThat(HitThresholds.leastHits(36)).hasValue(32);
    assertThat(HitThresholds.leastHits(128)).hasValue(81);
  }

  @Test
  void moreThanTheTableHoldsIsRefused() {
    assertThatThrownBy(() -> HitThresholds.leastHits(129))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> HitThresholds.leastHits(0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
