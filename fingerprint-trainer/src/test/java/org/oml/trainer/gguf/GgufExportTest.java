package org.oml.trainer.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.protocol.CodedException;
import org.oml.trainer.SmallModels;
import org.oml.trainer.TrainerError;
import org.oml.trainer.WritingProcess;
import org.oml.trainer.checkpoint.ParameterLayout;

/** Which numbers an export takes. */
class GgufExportTest {

  @TempDir Path directory;

  private Path model = Path.of("");
  private Path file = Path.of("");

  @BeforeEach
  void writeAModel() {
    model = SmallModels.writeSpeaking(directory.resolve("model"), 1);
    file = directory.resolve("exports/model.gguf");
  }

  @Test
  void refusesWeightsThatAreNotFiniteAndLeavesNothing() {
    for (float number : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
      SmallModels.damage(model, ParameterLayout.EMBEDDING, number);
      assertRefused(GgufType.F32, TrainerError.TENSOR_MISMATCH);
    }
  }

  @Test
  void refusesWhatHalfPrecisionCannotHoldAndSaysWhatCan() {
    for (float number : new float[] {65_520, -1e9f}) {
      SmallModels.damage(model, ParameterLayout.EMBEDDING, number);
      CodedException refused = assertRefused(GgufType.F16, TrainerError.TYPE_TOO_NARROW);
      assertThat(refused).hasMessageContaining(ParameterLayout.EMBEDDING);
      assertThat(refused.code().next()).contains("--type f32");
    }
    GgufExport.export(model, file, GgufType.F32);
    assertThat(GgufReader.open(file).values("token_embd.weight")).contains(-1e9f);
  }

  @Test
  void takesTheLargestNumberOfHalfPrecisionAndNormsOfAnySize() {
    SmallModels.damage(model, ParameterLayout.EMBEDDING, 65_504);
    SmallModels.damage(model, ParameterLayout.FINAL_NORM, 1e9f);
    GgufExport.export(model, file, GgufType.F16);
    GgufReader read = GgufReader.open(file);
    assertThat(read.values("token_embd.weight")).contains(65_504);
    assertThat(read.values("output_norm.weight")).contains(1e9f);
  }

  private CodedException assertRefused(GgufType type, TrainerError code) {
    CodedException refused =
        assertThatExceptionOfType(CodedException.class)
            .isThrownBy(() -> GgufExport.export(model, file, type))
            .actual();
    assertThat(refused.code()).isEqualTo(code);
    assertThat(WritingProcess.files(directory.resolve("exports"))).isEmpty();
    return refused;
  }
}
