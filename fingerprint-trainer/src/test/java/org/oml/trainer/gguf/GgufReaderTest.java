package org.oml.trainer.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;

class GgufReaderTest {

  private static final int MUTANTS = Boolean.getBoolean("oml.soak") ? 500_000 : 5_000;

  @TempDir Path directory;

  @Test
  void readsWhatWasWritten() throws IOException {
    GgufReader read = GgufReader.open(written());
    assertThat(read.names()).containsExactly("a", "b");
    assertThat(read.shape("a")).containsExactly(2L, 3L);
    assertThat(read.values("a")).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(read.values("b")).containsExactly(0.5f);
    assertThat(read.metadata())
        .containsEntry("text", "grüße")
        .containsEntry("number", 7)
        .containsEntry("list", List.of("x", "yz"))
        .containsEntry("flag", (byte) 1);
  }

  @Test
  void refusesAFileThatWasCutOffAnywhere() throws IOException {
    byte[] whole = Files.readAllBytes(written());
    Path cut = directory.resolve("cut");
    for (int length = 0; length < whole.length - 28; length++) {
      Files.write(cut, Arrays.copyOf(whole, length));
      assertThatExceptionOfType(CodedException.class)
          .isThrownBy(() -> GgufReader.open(cut))
          .satisfies(e -> assertThat(e.code()).isEqualTo(TrainerError.GGUF_INVALID));
    }
  }

  @Test
  void refusesDamageOrReadsTheFileWhateverIsChanged() throws IOException {
    byte[] whole = Files.readAllBytes(written());
    Path file = directory.resolve("damaged");
    Random random = new Random(11);
    int refused = 0;
    for (int round = 0; round < MUTANTS; round++) {
      byte[] mutant = whole.clone();
      for (int i = random.nextInt(3); i >= 0; i--) {
        mutate(mutant, random);
      }
      Files.write(
          file,
          random.nextInt(8) == 0 ? Arrays.copyOf(mutant, random.nextInt(whole.length)) : mutant);
      try {
        GgufReader read = GgufReader.open(file);
        for (String name : read.names()) {
          assertThat((long) read.values(name).length)
              .isEqualTo(read.shape(name).stream().reduce(1L, Math::multiplyExact));
        }
      } catch (CodedException e) {
        assertThat(e.code()).isEqualTo(TrainerError.GGUF_INVALID);
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(MUTANTS / 10);
  }

  private static void mutate(byte[] bytes, Random random) {
    int at = random.nextInt(bytes.length - Long.BYTES);
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    switch (random.nextInt(4)) {
      case 0 -> bytes[at] = (byte) random.nextInt(256);
      case 1 -> buffer.putInt(at, random.nextInt());
      case 2 -> buffer.putLong(at, random.nextLong() >>> random.nextInt(64));
      default -> bytes[at] ^= (byte) (1 << random.nextInt(8));
    }
  }

  private Path written() throws IOException {
    Path file = directory.resolve("whole");
    Files.deleteIfExists(file);
    new GgufFile()
        .put("text", "grüße")
        .put("number", 7)
        .put("part", 0.5f)
        .put("flag", true)
        .putStrings("list", List.of("x", "yz"))
        .putIntegers("numbers", new int[] {1, 2})
        .tensor("a", List.of(2L, 3L), GgufType.F32, () -> new float[] {1, 2, 3, 4, 5, 6})
        .tensor("b", List.of(1L), GgufType.F16, () -> new float[] {0.5f})
        .write(file);
    return file;
  }
}
