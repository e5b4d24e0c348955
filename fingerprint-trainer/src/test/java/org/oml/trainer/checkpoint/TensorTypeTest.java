package org.oml.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TensorTypeTest {

  @Test
  void roundsToTheNearestBrainFloatAndTiesToEven() {
    float one = 1f;
    float step = 1f / 128;
    assertThat(TensorType.BF16.round(one + step * 0.49f)).isEqualTo(one);
    assertThat(TensorType.BF16.round(one + step * 0.51f)).isEqualTo(one + step);
    assertThat(TensorType.BF16.round(one + step * 0.5f)).isEqualTo(one);
    assertThat(TensorType.BF16.round(one + step * 1.5f)).isEqualTo(one + 2 * step);
  }

  @Test
  void keepsWhatIsNoNumber() {
    for (TensorType type : TensorType.values()) {
      assertThat(type.round(Float.NaN)).isNaN();
      assertThat(type.round(Float.intBitsToFloat(0x7f800001))).isNaN();
      assertThat(type.round(Float.NEGATIVE_INFINITY)).isEqualTo(Float.NEGATIVE_INFINITY);
      assertThat(type.round(Float.MAX_VALUE))
          .isEqualTo(type == TensorType.F32 ? Float.MAX_VALUE : Float.POSITIVE_INFINITY);
    }
  }

  @Test
  void readsWhatItWroteRoundedOnce() {
    Random random = new Random(1);
    for (TensorType type : TensorType.values()) {
      ByteBuffer bytes = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < 10_000; i++) {
        float value = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(9) - 4));
        type.put(bytes.clear(), new float[] {7, value, 1, 7}, 1, 3);
        assertThat(bytes.position()).isEqualTo(2 * type.bytes());
        float[] read = new float[4];
        type.get(bytes.flip(), read, 2, 4);
        assertThat(read).containsExactly(0, 0, type.round(value), 1);
        assertThat(bytes.hasRemaining()).isFalse();
        assertThat(type.round(read[2])).isEqualTo(read[2]);
      }
    }
  }
}
