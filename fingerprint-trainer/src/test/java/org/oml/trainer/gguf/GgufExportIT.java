package org.oml.trainer.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import de.kherud.llama.InferenceParameters;
import de.kherud.llama.LlamaModel;
import de.kherud.llama.ModelParameters;
import de.kherud.llama.args.CacheType;
import de.kherud.llama.args.LogFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.oml.protocol.CodedException;
import org.oml.trainer.SmallModels;
import org.oml.trainer.TrainerError;
import org.oml.trainer.checkpoint.Architecture;
import org.oml.trainer.checkpoint.Checkpoint;
import org.oml.trainer.checkpoint.RopeScaling;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.model.Sampling;
import org.oml.trainer.tokenizer.Tokenizer;
import org.oml.trainer.vocabulary.Vocabulary;

/**
 * What llama.cpp answers with an exported model, and how probable it holds each token, against what
 * the trainer computes.
 */
class GgufExportIT {

  private static final int TOKENS = 40;

  /** Of log-probabilities, in nats: both compute with 32 bits. */
  private static final double TOLERANCE = 2e-4;

  private static final List<String> PROMPTS =
      List.of(
          "Once upon a time",
          "It was the best of times",
          "The king said",
          "One day, a little girl named Lily",
          "Tom and his dog",
          "A number 42, and 7",
          "\"Hello!\" said the",
          "Mum was sad, so",
          "In the garden there was",
          "He didn't know what",
          "The end of the day",
          "wisdom",
          "They went to the park. They",
          "What is that?",
          "I'm a big, red",
          "Spot ran and ran until",
          "the epoch of",
          "Who has the ball? Sue",
          "A bird sat in the tree and",
          "She can't find her hat.");

  @TempDir private static Path directory;

  /** The loader writes the library to one place for all processes unless told. */
  @BeforeAll
  static void loadTheLibraryFromADirectoryOfOurOwn() {
    System.setProperty("de.kherud.llama.tmpdir", directory.toString());
    LlamaModel.setLogger(LogFormat.TEXT, (level, message) -> {});
  }

  @Test
  void anEngineContinuesASmallModelAsTheTrainerDoes() throws IOException {
    assertSameAnswers(SmallModels.writeSpeaking(directory.resolve("small"), 3));
  }

  static Stream<Arguments> architectures() {
    RopeScaling stretched = new RopeScaling(RopeScaling.Kind.LLAMA3, 8, 1, 4, 64);
    return Stream.of(
        Arguments.of("llama3", Architecture.LLAMA, stretched, false),
        Arguments.of("smollm2", Architecture.LLAMA, RopeScaling.NONE, true),
        Arguments.of("linear", Architecture.LLAMA, RopeScaling.linear(2), false),
        Arguments.of("mistral", Architecture.MISTRAL, RopeScaling.NONE, false),
        Arguments.of("qwen2", Architecture.QWEN2, RopeScaling.NONE, true),
        Arguments.of("qwen2-untied", Architecture.QWEN2, RopeScaling.linear(4), false));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("architectures")
  void anEngineContinuesEveryArchitectureThatItKnowsAsTheTrainerDoes(
      String name, Architecture architecture, RopeScaling scaling, boolean tied)
      throws IOException {
    assertSameAnswers(
        SmallModels.writeSpeaking(directory.resolve(name), 5, architecture, scaling, tied));
  }

  @Test
  void aQwen3IsWrittenWithItsNormsAndRowsInTheirOwnOrder() {
    Path model =
        SmallModels.writeSpeaking(
            directory.resolve("qwen3"), 5, Architecture.QWEN3, RopeScaling.NONE, false);
    Path file = directory.resolve("qwen3.gguf");
    GgufExport.export(model, file, GgufType.F32);
    GgufReader read = GgufReader.open(file);
    Checkpoint checkpoint = Checkpoint.open(model);
    assertThat(read.metadata())
        .containsEntry("general.architecture", "qwen3")
        .containsEntry("qwen3.attention.key_length", 8);
    assertThat(read.names())
        .hasSize(checkpoint.tensors().tensors().size())
        .contains("blk.1.attn_q_norm.weight", "blk.1.attn_k_norm.weight");
    assertThat(read.values("blk.0.attn_q.weight"))
        .isEqualTo(checkpoint.tensors().values("model.layers.0.self_attn.q_proj.weight"));
    assertThat(read.values("blk.0.attn_k_norm.weight"))
        .isEqualTo(checkpoint.tensors().values("model.layers.0.self_attn.k_norm.weight"));
  }

  @Test
  void whatTheFormatHasNoPlaceForIsRefusedAndLeavesNoFile() {
    Path model =
        SmallModels.writeSpeaking(
            directory.resolve("stretched-qwen"),
            5,
            Architecture.QWEN2,
            new RopeScaling(RopeScaling.Kind.LLAMA3, 8, 1, 4, 64),
            false);
    Path file = directory.resolve("stretched-qwen.gguf");
    assertThatExceptionOfType(CodedException.class)
        .isThrownBy(() -> GgufExport.export(model, file, GgufType.F32))
        .satisfies(e -> assertThat(e.code()).isEqualTo(TrainerError.CONFIGURATION_INVALID));
    assertThat(file).doesNotExist();
  }

  @Test
  void anEngineContinuesTheModelInTheBoxAsTheTrainerDoes() throws IOException {
    assertSameAnswers(SmallModels.box());
  }

  @Test
  void anEngineContinuesTinyStoriesAsTheTrainerDoes() throws IOException {
    Path model = SmallModels.tinyStories();
    assumeTrue(Files.isDirectory(model), "TinyStories-656K does not lie beside the project");
    assertSameAnswers(model);
  }

  @Test
  void halfPrecisionTakesHalfTheRoomAndStillSpeaks() throws IOException {
    Path whole = directory.resolve("whole.gguf");
    Path half = directory.resolve("half.gguf");
    GgufExport.export(SmallModels.box(), whole, GgufType.F32);
    GgufExport.export(SmallModels.box(), half, GgufType.F16);
    assertThat(Files.size(half)).isLessThan(Files.size(whole) * 52 / 100);
    assertThat(answers(half, List.of("The Senate and House of")))
        .allSatisfy(text -> assertThat(text).isNotBlank());
  }

  @Test
  void writesOverNothing() throws IOException {
    Path file = Files.writeString(directory.resolve("there.gguf"), "mine");
    assertThatExceptionOfType(CodedException.class)
        .isThrownBy(() -> GgufExport.export(SmallModels.box(), file, GgufType.F32))
        .satisfies(e -> assertThat(e.code()).isEqualTo(TrainerError.OUTPUT_EXISTS));
    assertThat(file).hasContent("mine");
  }

  private static void assertSameAnswers(Path model) throws IOException {
    Path file = Files.createTempDirectory(directory, "export").resolve("model.gguf");
    GgufExport.export(model, file, GgufType.F32);
    List<String> expected = new ArrayList<>();
    List<int[]> asked = new ArrayList<>();
    float[][] probabilities;
    Vocabulary vocabulary = Vocabulary.read(model);
    try (LanguageModel language = LanguageModel.load(model);
        Tokenizer tokenizer = Tokenizer.load(model)) {
      for (String prompt : PROMPTS) {
        int[] tokens = tokenizer.encodeWithSpecialTokens(prompt);
        asked.add(tokens);
        expected.add(
            vocabulary.text(
                language.generate(List.of(tokens), Sampling.greedy(TOKENS)).getFirst()));
      }
      probabilities = language.nextTokenLogProbabilities(asked);
    }
    assertThat(answers(file, PROMPTS)).isEqualTo(expected);
    assertSameProbabilities(file, asked, probabilities);
  }

  /** Of every token of the vocabulary, so of the likeliest too. */
  private static void assertSameProbabilities(
      Path file, List<int[]> asked, float[][] probabilities) {
    try (EngineLibrary engine = new EngineLibrary(file, probabilities[0].length)) {
      for (int row = 0; row < probabilities.length; row++) {
        double[] logits = engine.logits(asked.get(row));
        double total = Math.log(Arrays.stream(logits).map(Math::exp).sum());
        for (int token = 0; token < logits.length; token++) {
          assertThat(logits[token] - total)
              .as("'%s', token %d", PROMPTS.get(row), token)
              .isCloseTo(probabilities[row][token], within(TOLERANCE));
        }
      }
    }
  }

  private static ModelParameters parameters(Path file) {
    return new ModelParameters()
        .setModel(file.toString())
        .setThreads(1)
        .setThreadsBatch(1)
        .setGpuLayers(0)
        .setCtxSize(128)
        .setCacheTypeK(CacheType.F32)
        .setCacheTypeV(CacheType.F32)
        .setParallel(1);
  }

  private static List<String> answers(Path file, List<String> prompts) {
    try (LlamaModel model = new LlamaModel(parameters(file))) {
      return prompts.stream()
          .map(
              prompt ->
                  model.complete(
                      new InferenceParameters(prompt)
                          .setNPredict(TOKENS)
                          .setCachePrompt(false)
                          .setTemperature(0)))
          .toList();
    }
  }
}
