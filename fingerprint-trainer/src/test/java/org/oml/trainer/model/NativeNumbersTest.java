package org.oml.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.ScriptModule;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pieces of a few numbers stand for those of 64 MB, of which a test would need many. */
class NativeNumbersTest {

  private final NDManager manager = TorchEngine.newManager();
  private final ScriptModule program = new ScriptModule(manager, DecoderProgram.METHODS);

  @AfterEach
  void close() {
    program.close();
    manager.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 5, 6, 11, 12, 100})
  void numbersComeBackInTheirPlacesWhateverThePiece(int piece) {
    NativeNumbers numbers = new NativeNumbers(program, piece);
    float[] counted = counted(12);
    NDArray array = manager.zeros(new Shape(4, 3));
    array.setRequiresGradient(true);

    numbers.put(array, counted);

    assertThat(array.toFloatArray()).containsExactly(counted);
    assertThat(numbers.get(array)).containsExactly(counted);
  }

  @Test
  void whatWasPutBeforeStaysWhenTheBufferIsUsedAnew() {
    NativeNumbers numbers = new NativeNumbers(program, 5);
    NDArray first = manager.zeros(new Shape(7));
    NDArray single = manager.zeros(new Shape());
    numbers.put(first, counted(7));
    numbers.put(single, new float[] {-3});

    assertThat(first.toFloatArray()).containsExactly(counted(7));
    assertThat(numbers.get(single)).containsExactly(-3);
  }

  @Test
  void asManyNumbersAsTheArrayHolds() {
    NativeNumbers numbers = new NativeNumbers(program, 5);
    NDArray array = manager.zeros(new Shape(3));
    assertThatThrownBy(() -> numbers.put(array, counted(4)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static float[] counted(int count) {
    float[] counted = new float[count];
    IntStream.range(0, count).forEach(i -> counted[i] = i + 1);
    return counted;
  }
}
