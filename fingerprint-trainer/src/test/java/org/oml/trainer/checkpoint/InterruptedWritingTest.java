package org.oml.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.trainer.SmallModels;
import org.oml.trainer.WritingProcess;

/** Processes that write a model and are killed, or may not write as much as it takes. */
class InterruptedWritingTest {

  private static final int ROUNDS = Boolean.getBoolean("oml.soak") ? 40 : 4;

  @TempDir Path directory;

  /** Writes copies of a model for ever, or one. */
  public static final class Writer {

    private Writer() {}

    public static void main(String[] arguments) {
      Checkpoint model = Checkpoint.open(Path.of(arguments[0]));
      Path target = Path.of(arguments[1]);
      WritingProcess.attempt(
          () -> {
            if (arguments[2].equals("one")) {
              model.writeCopy(target, Map.of());
            }
            for (int i = 0; arguments[2].equals("many"); i++) {
              model.writeCopy(target.resolve("copy-" + i), Map.of());
            }
          });
    }
  }

  @Test
  void whatAKilledProcessLeavesUnderAFinalNameIsWhole() throws Exception {
    Path model = SmallModels.write(directory.resolve("model"), TensorType.F32, 1);
    for (int round = 0; round < ROUNDS; round++) {
      Path target = directory.resolve("killed-" + round);
      int copies = 3 + round;
      try (WritingProcess writer = WritingProcess.start(Writer.class, model, target, "many")) {
        writer.killWhen(() -> WritingProcess.files(target).size() >= copies);
      }
      for (Path copy : WritingProcess.finished(target)) {
        assertWhole(model, copy);
      }
    }
  }

  @Test
  void aDiskThatTakesNoMoreIsAnErrorAndLeavesNothing() throws Exception {
    assumeTrue(WritingProcess.canFillADisk(), "needs ulimit");
    Path model = SmallModels.write(directory.resolve("model"), TensorType.F32, 1);
    Path target = directory.resolve("target");
    try (WritingProcess writer =
        WritingProcess.startOnAFullDisk(Writer.class, model, target, "one")) {
      assertThat(writer.said()).contains("TRAINER_WRITE_FAILED");
      assertThat(writer.status()).isEqualTo(WritingProcess.FAILED);
    }
    assertThat(target).doesNotExist();
    assertThat(target.resolveSibling("target.incomplete")).doesNotExist();
  }

  private static void assertWhole(Path model, Path copy) throws IOException {
    try (Stream<Path> files = Files.list(model)) {
      for (Path file : files.toList()) {
        assertThat(copy.resolve(file.getFileName())).hasSameBinaryContentAs(file);
      }
    }
  }
}
