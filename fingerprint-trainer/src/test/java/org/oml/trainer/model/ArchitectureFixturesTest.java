package org.oml.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.oml.trainer.checkpoint.Checkpoint;
import org.oml.trainer.checkpoint.ModelConfiguration;
import org.oml.trainer.checkpoint.ParameterLayout;
import org.oml.trainer.checkpoint.TensorLayout;
import org.oml.trainer.checkpoint.TensorType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * Random checkpoints of every architecture against what Hugging Face transformers computes from
 * them in double precision; {@code src/test/python/architectures.py} wrote both.
 */
class ArchitectureFixturesTest {

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"llama2", "llama3", "linear", "smollm2", "mistral", "qwen2", "qwen3"})
  void predictsWhatTheOtherImplementationPredicts(String name) throws IOException {
    JsonNode expected = expected(name);
    int[] tokens = numbers(expected.path("tokens"));
    int[] every3rd = IntStream.range(0, tokens.length).filter(i -> i % 3 == 0).toArray();
    try (LanguageModel model = LanguageModel.load(fixture(name))) {
      float[][] rows = model.logProbabilities(new TokenBatch(List.of(tokens), List.of(every3rd)));
      for (int row = 0; row < rows.length; row++) {
        JsonNode wanted = expected.path("logProbabilities").path(row);
        for (int token = 0; token < rows[row].length; token++) {
          assertThat(rows[row][token])
              .as("position %d, token %d", every3rd[row], token)
              .isCloseTo((float) wanted.path(token).asDouble(), within(2e-4f));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama2", "llama3", "linear", "smollm2", "mistral", "qwen2", "qwen3"})
  void continuesAsTheOtherImplementationContinues(String name) throws IOException {
    int[] whole = numbers(expected(name).path("greedy"));
    try (LanguageModel model = LanguageModel.load(fixture(name))) {
      int end = model.configuration().endToken();
      int[] continuation = Arrays.stream(whole).skip(6).takeWhile(token -> token != end).toArray();
      assertThat(model.generate(List.of(Arrays.copyOf(whole, 6)), Sampling.greedy(30)).getFirst())
          .isEqualTo(continuation);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama2", "llama3", "linear", "smollm2", "mistral", "qwen2", "qwen3"})
  void gradientsEqualFiniteDifferences(String name) throws IOException {
    int[] tokens = numbers(expected(name).path("tokens"));
    try (LanguageModel model = LanguageModel.load(fixture(name))) {
      GradientCheck.assertGradients(
          model.configuration(),
          model.values(),
          new TokenBatch(
              List.of(Arrays.copyOf(tokens, 12), Arrays.copyOfRange(tokens, 20, 27)),
              List.of(new int[] {3, 6, 10}, new int[] {2, 5})));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama2", "llama3", "linear", "smollm2", "mistral", "qwen2", "qwen3"})
  void aCopyHasTheSameFilesAndDiffersInTheBytesOfTensorsAlone(String name) throws IOException {
    Path base = fixture(name);
    Checkpoint checkpoint = Checkpoint.open(base);
    Path same = directory.resolve("same");
    checkpoint.writeCopy(same, Map.of());
    for (Path file : files(base)) {
      assertThat(same.resolve(file.getFileName())).hasSameBinaryContentAs(file);
    }
    assertThat(files(same)).hasSameSizeAs(files(base));

    float[] norm = checkpoint.tensors().values(ParameterLayout.FINAL_NORM);
    Arrays.fill(norm, 1.2345f);
    Path changed = directory.resolve("changed");
    checkpoint.writeCopy(changed, Map.of(ParameterLayout.FINAL_NORM, norm));
    int width = checkpoint.configuration().hiddenSize();
    long differing = 0;
    for (Path file : files(base)) {
      byte[] before = Files.readAllBytes(file);
      byte[] after = Files.readAllBytes(changed.resolve(file.getFileName()));
      assertThat(after).hasSameSizeAs(before);
      differing += IntStream.range(0, before.length).filter(i -> before[i] != after[i]).count();
    }
    TensorType type = checkpoint.tensors().tensors().getFirst().type();
    assertThat(differing).isBetween(1L, (long) width * type.bytes());
    Checkpoint reread = Checkpoint.open(changed);
    assertThat(reread.tensors().values(ParameterLayout.FINAL_NORM))
        .containsOnly(type.round(1.2345f));
    assertThat(reread.tensors().tensors()).isEqualTo(checkpoint.tensors().tensors());
  }

  @Test
  void everyArchitectureIsReadInEveryTypeItComesIn() {
    assertThat(
            Stream.of("smollm2", "linear", "qwen3")
                .map(name -> Checkpoint.open(fixture(name)).tensors().tensors())
                .map(tensors -> tensors.stream().map(TensorLayout::type).distinct().toList()))
        .containsExactly(
            List.of(TensorType.BF16), List.of(TensorType.F16), List.of(TensorType.F32));
  }

  @Test
  void aModelLooksBackNoFurtherThanItsWindow() throws IOException {
    Path windowed = directory.resolve("windowed");
    Checkpoint.open(fixture("mistral")).writeCopy(windowed, Map.of());
    Path file = windowed.resolve("config.json");
    Files.writeString(
        file, Files.readString(file).replace("\"sliding_window\": null", "\"sliding_window\": 20"));
    ModelConfiguration configuration = ModelConfiguration.read(windowed);
    assertThat(configuration.contextLength()).isEqualTo(20);
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }

  private static int[] numbers(JsonNode array) {
    return IntStream.range(0, array.size()).map(i -> array.path(i).asInt()).toArray();
  }

  private static JsonNode expected(String name) throws IOException {
    return new ObjectMapper().readTree(Files.readString(fixture(name).resolve("expected.json")));
  }

  static Path fixture(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(
                  ArchitectureFixturesTest.class.getResource(
                      "/org/oml/trainer/architectures/" + name))
              .toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
