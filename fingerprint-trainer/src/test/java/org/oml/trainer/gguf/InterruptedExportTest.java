package org.oml.trainer.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.trainer.SmallModels;
import org.oml.trainer.WritingProcess;

/** Processes that export a model and are killed, or may not write as much as it takes. */
class InterruptedExportTest {

  private static final int ROUNDS = Boolean.getBoolean("oml.soak") ? 40 : 3;

  @TempDir Path directory;

  /** Exports a model for ever, or once. */
  public static final class Exporter {

    private Exporter() {}

    public static void main(String[] arguments) {
      Path model = Path.of(arguments[0]);
      Path target = Path.of(arguments[1]);
      WritingProcess.attempt(
          () -> {
            if (arguments[2].equals("one")) {
              GgufExport.export(model, target, GgufType.F32);
            }
            for (int i = 0; arguments[2].equals("many"); i++) {
              GgufExport.export(model, target.resolve(i + ".gguf"), GgufType.F32);
            }
          });
    }
  }

  @Test
  void whatAKilledExportLeavesUnderAFinalNameIsWholeAndTheNextReplacesTheRest() throws Exception {
    Path model = SmallModels.writeSpeaking(directory.resolve("model"), 1);
    Path whole = directory.resolve("whole.gguf");
    GgufExport.export(model, whole, GgufType.F32);
    for (int round = 0; round < ROUNDS; round++) {
      Path target = directory.resolve("killed-" + round);
      int files = 3 + round;
      try (WritingProcess exporter = WritingProcess.start(Exporter.class, model, target, "many")) {
        exporter.killWhen(() -> WritingProcess.files(target).size() >= files);
      }
      int finished = WritingProcess.finished(target).size();
      assertThat(WritingProcess.finished(target))
          .isNotEmpty()
          .allSatisfy(file -> assertThat(file).hasSameBinaryContentAs(whole));
      GgufExport.export(model, target.resolve(finished + ".gguf"), GgufType.F32);
      assertThat(WritingProcess.files(target)).hasSize(finished + 1);
    }
  }

  @Test
  void aDiskThatTakesNoMoreIsAnErrorAndLeavesNothing() throws Exception {
    assumeTrue(WritingProcess.canFillADisk(), "needs ulimit");
    Path model = SmallModels.writeSpeaking(directory.resolve("model"), 1);
    Path exports = directory.resolve("exports");
    Path target = exports.resolve("model.gguf");
    try (WritingProcess exporter =
        WritingProcess.startOnAFullDisk(Exporter.class, model, target, "one")) {
      assertThat(exporter.said()).contains("TRAINER_WRITE_FAILED");
      assertThat(exporter.status()).isEqualTo(WritingProcess.FAILED);
    }
    assertThat(WritingProcess.files(exports)).isEmpty();
  }
}
