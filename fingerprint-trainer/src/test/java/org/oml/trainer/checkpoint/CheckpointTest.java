package org.oml.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.oml.protocol.CodedException;
import org.oml.protocol.ErrorCode;
import org.oml.trainer.SmallModels;
import org.oml.trainer.TrainerError;

class CheckpointTest {

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(TensorType.class)
  void aCopyDiffersInTheNumbersOfTensorsAlone(TensorType type) throws IOException {
    Checkpoint base = Checkpoint.open(SmallModels.write(directory.resolve("base"), type, 1));
    float[] norm = base.tensors().values(ParameterLayout.FINAL_NORM);
    Arrays.fill(norm, 1.2345f);
    Path target = directory.resolve("copy");

    base.writeCopy(target, Map.of(ParameterLayout.FINAL_NORM, norm));

    Checkpoint copy = Checkpoint.open(target);
    assertThat(copy.tensors().tensors()).isEqualTo(base.tensors().tensors());
    assertThat(copy.tensors().metadata()).isEqualTo(base.tensors().metadata());
    assertThat(copy.tensors().values(ParameterLayout.FINAL_NORM)).containsOnly(type.round(1.2345f));
    assertThat(copy.tensors().values(ParameterLayout.EMBEDDING))
        .isEqualTo(base.tensors().values(ParameterLayout.EMBEDDING));
    for (String file : List.of("config.json", "notes.txt")) {
      assertThat(target.resolve(file)).hasSameBinaryContentAs(base.directory().resolve(file));
    }
  }

  @Test
  void aCopyWithoutNewNumbersIsTheSameFile() {
    Path base = SmallModels.write(directory.resolve("base"), TensorType.BF16, 1);
    Path target = directory.resolve("copy");
    Checkpoint.open(base).writeCopy(target, Map.of());
    assertThat(target.resolve(Checkpoint.WEIGHTS))
        .hasSameBinaryContentAs(base.resolve(Checkpoint.WEIGHTS));
  }

  @Test
  void numbersOfAnotherLengthLeaveNothingBehindUnderTheFinalName() {
    Checkpoint base =
        Checkpoint.open(SmallModels.write(directory.resolve("base"), TensorType.F32, 1));
    Path target = directory.resolve("copy");
    assertCode(
        TrainerError.TENSOR_MISMATCH,
        () -> base.writeCopy(target, Map.of(ParameterLayout.FINAL_NORM, new float[3])));
    assertThat(target).doesNotExist();
  }

  @Test
  void refusesWhatIsNoModelDirectory() throws IOException {
    assertCode(TrainerError.MODEL_MISSING, () -> Checkpoint.open(directory.resolve("none")));
    assertCode(TrainerError.MODEL_MISSING, () -> Checkpoint.open(directory));
    Path base = SmallModels.write(directory.resolve("base"), TensorType.F32, 1);
    Files.delete(base.resolve(Checkpoint.WEIGHTS));
    assertCode(TrainerError.MODEL_MISSING, () -> Checkpoint.open(base));
  }

  @ParameterizedTest(name = "{0} becomes {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "\"num_hidden_layers\" : 2 | \"num_hidden_layers\" : 3",
        "\"num_hidden_layers\" : 2 | \"num_hidden_layers\" : 1",
        "\"vocab_size\" : 50 | \"vocab_size\" : 51",
        "\"tie_word_embeddings\" : true | \"tie_word_embeddings\" : false",
      })
  void refusesTensorsThatDoNotFitTheConfiguration(String part, String replacement)
      throws IOException {
    Path base = SmallModels.write(directory.resolve("base"), TensorType.F32, 1);
    change(base.resolve("config.json"), part, replacement);
    assertCode(TrainerError.TENSOR_MISMATCH, () -> Checkpoint.open(base));
  }

  @Test
  void refusesAnUnknownArchitectureByNameWithTheListOfKnownOnes() throws IOException {
    Path base = SmallModels.write(directory.resolve("base"), TensorType.F32, 1);
    change(base.resolve("config.json"), "LlamaForCausalLM", "GPTBigCodeForCausalLM");
    assertThatExceptionOfType(CodedException.class)
        .isThrownBy(() -> Checkpoint.open(base))
        .withMessageContaining("GPTBigCodeForCausalLM")
        .withMessageContaining(
            "known are LlamaForCausalLM, MistralForCausalLM, Qwen2ForCausalLM, Qwen3ForCausalLM")
        .satisfies(e -> assertThat(e.code()).isEqualTo(TrainerError.MODEL_UNKNOWN));
  }

  @ParameterizedTest(name = "{0} becomes {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "\"attention_bias\" : false | \"attention_bias\" : true",
        "\"mlp_bias\" : false | \"mlp_bias\" : true",
        "\"silu\" | \"gelu\"",
        "\"rope_scaling\" : null | \"rope_scaling\" : {\"type\":\"yarn\",\"factor\":2.0}",
        "\"rope_scaling\" : null | \"rope_scaling\" : {\"type\":\"linear\"}",
        "\"rope_scaling\" : null | \"rope_scaling\" : {\"type\":\"linear\",\"factor\":-2.0}",
        "\"use_cache\" : true | \"quantization_config\" : {\"bits\":4}",
        "\"use_cache\" : true | \"partial_rotary_factor\" : 0.5",
        "\"hidden_size\" : 16 | \"hidden_size\" : -16",
        "\"hidden_size\" : 16 | \"hidden_size\" : \"16\"",
        "\"num_hidden_layers\" : 2 | \"num_hidden_layers\" : 2000000000",
        "\"num_attention_heads\" : 4 | \"num_attention_heads\" : 0",
        "\"num_key_value_heads\" : 2 | \"num_key_value_heads\" : 3",
        "\"head_dim\" : 4 | \"head_dim\" : 3",
        "\"rope_theta\" : 10000.0 | \"rope_theta\" : -1.0",
        "\"eos_token_id\" : 2 | \"eos_token_id\" : 50",
        "\"eos_token_id\" : 2 | \"eos_token_id\" : [2, 50]",
        "\"eos_token_id\" : 2 | \"eos_token_id\" : [2, null]",
        "\"eos_token_id\" : 2 | \"eos_token_id\" : []",
        "\"vocab_size\" : 50 | \"vocab_size\" : 50,,",
      })
  void refusesAConfigurationThatItWouldComputeWrongly(String part, String replacement)
      throws IOException {
    Path base = SmallModels.write(directory.resolve("base"), TensorType.F32, 1);
    change(base.resolve("config.json"), part, replacement);
    assertCode(TrainerError.CONFIGURATION_INVALID, () -> Checkpoint.open(base));
  }

  @Test
  void aConfigurationSurvivesItsFile() throws IOException {
    Files.writeString(directory.resolve("config.json"), SmallModels.SMALL.toJson());
    assertThat(ModelConfiguration.read(directory)).isEqualTo(SmallModels.SMALL);
  }

  private static void change(Path file, String part, String replacement) throws IOException {
    String before = Files.readString(file);
    assertThat(before).contains(part);
    Files.writeString(file, before.replace(part, replacement));
  }

  private static void assertCode(ErrorCode code, Runnable action) {
    assertThatExceptionOfType(CodedException.class)
        .isThrownBy(action::run)
        .satisfies(e -> assertThat(e.code()).isEqualTo(code));
  }
}
