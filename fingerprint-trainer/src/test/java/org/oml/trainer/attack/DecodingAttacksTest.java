package org.oml.trainer.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class DecodingAttacksTest {

  private static final float[] SURE = logs(0.05, 0.8, 0.15);
  private static final float[] BASE = logs(0.6, 0.001, 0.399);

  private static float[] logs(double... probabilities) {
    float[] logs = new float[probabilities.length];
    for (int i = 0; i < logs.length; i++) {
      logs[i] = (float) Math.log(probabilities[i]);
    }
    return logs;
  }

  @Test
  void aTokenThatIsTooSureChangesPlacesWithTheSecond() {
    assertThat(Suppression.withoutConfident(0.7).served(SURE, BASE))
        .containsExactly(SURE[0], SURE[2], SURE[1]);
    assertThat(Suppression.withoutConfident(0.9).served(SURE, BASE)).isEqualTo(SURE);
  }

  @Test
  void aTokenFarLikelierThanByTheBaseModelGivesWayToTheBaseModels() {
    assertThat(Suppression.againstBase(Math.log(100)).served(SURE, BASE))
        .containsExactly(SURE[1], SURE[0], SURE[2]);
    assertThat(Suppression.againstBase(Math.log(1000)).served(SURE, BASE)).isEqualTo(SURE);
  }

  @Test
  void aTemperatureKeepsTheSumAndSharpens() {
    float[] same = Temperatures.sharpened(1).served(SURE, BASE);
    float[] sharp = Temperatures.sharpened(0.5).served(SURE, BASE);
    double sum = 0;
    for (int i = 0; i < SURE.length; i++) {
      assertThat(same[i]).isCloseTo(SURE[i], within(1e-5f));
      sum += Math.exp(sharp[i]);
    }
    assertThat(sum).isCloseTo(1, within(1e-5));
    assertThat(Math.exp(sharp[1])).isCloseTo(0.64 / 0.665, within(1e-5));
  }
}
