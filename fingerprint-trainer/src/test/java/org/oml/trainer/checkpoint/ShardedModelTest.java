package org.oml.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.oml.protocol.CodedException;
import org.oml.protocol.ErrorCode;
import org.oml.trainer.SmallModels;
import org.oml.trainer.TrainerError;

class ShardedModelTest {

  @TempDir Path directory;

  private Path model = Path.of("");

  @BeforeEach
  void writeAModelInTwoFiles() throws IOException {
    model = SmallModels.write(directory.resolve("model"), TensorType.BF16, 1);
    SafetensorsFile whole = SafetensorsFile.open(model.resolve(Checkpoint.WEIGHTS));
    List<TensorLayout> tensors = whole.tensors();
    write("a.safetensors", tensors.subList(0, 5), whole);
    write("b.safetensors", tensors.subList(5, tensors.size()), whole);
    StringBuilder index = new StringBuilder();
    for (int i = 0; i < tensors.size(); i++) {
      index
          .append(i == 0 ? "" : ",\n")
          .append("\"" + tensors.get(i).name() + "\": \"" + (i < 5 ? "a" : "b") + ".safetensors\"");
    }
    Files.delete(model.resolve(Checkpoint.WEIGHTS));
    Files.writeString(
        model.resolve(Checkpoint.INDEX),
        "{\"metadata\": {\"total_size\": 1},\n\"weight_map\": {\n" + index + "\n}}");
  }

  @Test
  void readsAndCopiesSeveralFiles() throws IOException {
    Checkpoint checkpoint = Checkpoint.open(model);
    float[] norm = checkpoint.tensors().values(ParameterLayout.FINAL_NORM);
    Arrays.fill(norm, 0.5f);
    Path copy = directory.resolve("copy");
    Files.writeString(model.resolve("pytorch_model.bin"), "the same weights in another form");
    checkpoint.writeCopy(copy, Map.of(ParameterLayout.FINAL_NORM, norm));
    for (String same : List.of("a.safetensors", Checkpoint.INDEX, "config.json", "notes.txt")) {
      assertThat(copy.resolve(same)).hasSameBinaryContentAs(model.resolve(same));
    }
    assertThat(copy.resolve("pytorch_model.bin")).doesNotExist();
    assertThat(Checkpoint.open(copy).tensors().values(ParameterLayout.FINAL_NORM))
        .containsOnly(0.5f);
  }

  @Test
  void cutByLayersItIsTheSameModelInOtherFiles() {
    Path cut = directory.resolve("cut");
    Checkpoint checkpoint = Checkpoint.open(model);
    checkpoint.writeByLayers(cut);
    Checkpoint again = Checkpoint.open(cut);
    int layers = checkpoint.configuration().layers();
    assertThat(again.tensors().fileNames()).hasSize(layers + 1);
    assertThat(again.tensors().metadata()).hasSize(layers + 1);
    for (TensorLayout tensor : checkpoint.tensors().tensors()) {
      assertThat(again.tensors().values(tensor.name()))
          .isEqualTo(checkpoint.tensors().values(tensor.name()));
    }
    assertThat(cut.resolve("config.json")).hasSameBinaryContentAs(model.resolve("config.json"));
    assertThat(cut.resolve("a.safetensors")).doesNotExist();
  }

  @Test
  void refusesToCutWeightsThatAreNotFinite() {
    Path damaged = SmallModels.write(directory.resolve("damaged"), TensorType.F32, 1);
    SmallModels.damage(damaged, ParameterLayout.EMBEDDING, Float.NaN);
    Path cut = directory.resolve("cuts/cut");
    assertThatExceptionOfType(CodedException.class)
        .isThrownBy(() -> Checkpoint.open(damaged).writeByLayers(cut))
        .satisfies(e -> assertThat(e.code()).isEqualTo(TrainerError.TENSOR_MISMATCH));
    assertThat(cut.getParent()).isEmptyDirectory();
  }

  @ParameterizedTest(name = "{0} becomes {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "embed_tokens.weight\": \"a. | embed_tokens.weight\": \"b. | TRAINER_SAFETENSORS_INVALID",
        "embed_tokens.weight\": \"a. | embed_tokens.weight\": \"c. | TRAINER_SAFETENSORS_INVALID",
        "embed_tokens.weight\": \"a. | embed_tokens.weight\": \"../a. |"
            + " TRAINER_SAFETENSORS_INVALID",
        "embed_tokens.weight\": \"a. | embed_tokens.weight\": \"/a. | TRAINER_SAFETENSORS_INVALID",
        "\"model.embed_tokens | \"model.other | TRAINER_SAFETENSORS_INVALID",
        "\"model.norm.weight\": | \"model.norm.weight\": \"b.safetensors\",\"model.extra\": |"
            + " TRAINER_SAFETENSORS_INVALID",
        "\"model.norm.weight\": | \"model.norm.weight\": \"a.safetensors\", \"model.norm.weight\":"
            + " | TRAINER_SAFETENSORS_INVALID",
        "weight_map | weights | TRAINER_SAFETENSORS_INVALID",
        "\"b.safetensors\" | 7 | TRAINER_SAFETENSORS_INVALID",
        "}} | } | TRAINER_SAFETENSORS_INVALID",
      })
  void refusesAnIndexThatIsWrong(String part, String replacement, String code) throws IOException {
    Path index = model.resolve(Checkpoint.INDEX);
    String before = Files.readString(index);
    assertThat(before).contains(part);
    Files.writeString(index, before.replace(part, replacement));
    assertThatExceptionOfType(CodedException.class)
        .isThrownBy(() -> Checkpoint.open(model))
        .satisfies(e -> assertThat(e.code().code()).isEqualTo(code));
  }

  @Test
  void refusesAFileThatIsMissingOrCutOff() throws IOException {
    Path file = model.resolve("b.safetensors");
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length - 1));
    assertCode(TrainerError.SAFETENSORS_INVALID);
    Files.delete(file);
    assertCode(TrainerError.MODEL_MISSING);
  }

  private void assertCode(ErrorCode code) {
    assertThatExceptionOfType(CodedException.class)
        .isThrownBy(() -> Checkpoint.open(model))
        .satisfies(e -> assertThat(e.code()).isEqualTo(code));
  }

  private void write(String name, List<TensorLayout> tensors, SafetensorsFile source)
      throws IOException {
    SafetensorsFile.write(model.resolve(name), Map.of("format", "pt"), tensors, source::values);
  }
}
