package org.oml.trainer.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.protocol.CodedException;
import org.oml.trainer.SmallModels;
import org.oml.trainer.TrainerError;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.tokenizer.Tokenizer;
import org.oml.trainer.vocabulary.Vocabulary;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class ModelComparisonTest {

  private static final HeldOutText TEXT =
      new HeldOutText(List.of(new int[] {1, 7, 9, 4, 11}, new int[] {3, 3, 8}));

  @TempDir Path directory;

  @Test
  void aModelIsNothingApartFromItself() {
    try (LanguageModel model = SmallModels.random(1)) {
      ModelComparison same = ModelComparison.of(model, model, TEXT);
      assertThat(same.tokens()).isEqualTo(6);
      assertThat(same.divergence()).isCloseTo(0, within(1e-9));
      assertThat(same.agreement()).isEqualTo(1);
      assertThat(same.lossIncrease()).isZero();
      assertThat(same.loss()).isCloseTo(TEXT.loss(model), within(1e-5));
    }
  }

  @Test
  void anotherModelDivergesAndTheDivergenceIsThatOfTheRows() {
    try (LanguageModel base = SmallModels.random(1);
        LanguageModel other = SmallModels.random(2)) {
      ModelComparison apart = ModelComparison.of(base, other, TEXT);
      float[][] expected = base.logProbabilities(TEXT.batches().getFirst());
      float[][] found = other.logProbabilities(TEXT.batches().getFirst());
      double divergence = 0;
      for (int row = 0; row < expected.length; row++) {
        for (int token = 0; token < expected[row].length; token++) {
          divergence += Math.exp(expected[row][token]) * (expected[row][token] - found[row][token]);
        }
      }
      assertThat(apart.divergence()).isPositive().isCloseTo(divergence / 6, within(1e-6));
    }
  }

  @Test
  void whatIsServedInPlaceOfAPredictionCounts() {
    try (LanguageModel model = SmallModels.random(1)) {
      ModelComparison uniform =
          ModelComparison.of(
              model,
              model,
              TEXT,
              (found, expected) -> {
                float[] even = new float[found.length];
                java.util.Arrays.fill(even, (float) -Math.log(found.length));
                return even;
              });
      assertThat(uniform.loss()).isCloseTo(Math.log(50), within(1e-5));
    }
  }

  @Test
  void aTextIsCutIntoWindowsThatHoldAllOfIt() throws IOException {
    Path model = SmallModels.writeSpeaking(directory.resolve("m"), 1);
    Path file = directory.resolve("text.txt");
    Files.writeString(file, SmallModels.TEXT.repeat(40));
    try (Tokenizer tokenizer = Tokenizer.load(model)) {
      Vocabulary vocabulary = Vocabulary.read(model);
      HeldOutText text = HeldOutText.read(file, tokenizer, vocabulary, 128, 1_000_000);
      assertThat(text.windows()).allMatch(window -> window.length > 1 && window.length <= 128);
      StringBuilder spelt = new StringBuilder();
      text.windows().forEach(window -> spelt.append(vocabulary.text(window)));
      assertThat(spelt.toString()).isEqualTo(SmallModels.TEXT.repeat(40));
      HeldOutText beginning = HeldOutText.read(file, tokenizer, vocabulary, 128, 300);
      assertThat(beginning.windows().stream().mapToInt(window -> window.length).sum())
          .isBetween(300, 310);
    }
  }

  @Test
  void anEmptyTextIsRefused() throws IOException {
    Path model = SmallModels.writeSpeaking(directory.resolve("m"), 1);
    Path file = Files.writeString(directory.resolve("empty.txt"), "");
    try (Tokenizer tokenizer = Tokenizer.load(model)) {
      Vocabulary vocabulary = Vocabulary.read(model);
      assertThatThrownBy(() -> HeldOutText.read(file, tokenizer, vocabulary, 128, 100))
          .isInstanceOfSatisfying(
              CodedException.class,
              refused -> assertThat(refused.code()).isEqualTo(TrainerError.TEXT_INVALID));
    }
  }

  @Test
  void theVerbPrintsOneObject() throws IOException {
    Path base = SmallModels.writeSpeaking(directory.resolve("base"), 1);
    Path other = SmallModels.writeSpeaking(directory.resolve("other"), 2);
    Path file = Files.writeString(directory.resolve("text.txt"), SmallModels.TEXT);
    StringWriter out = new StringWriter();
    int code =
        new CommandLine(new CompareCommand())
            .setOut(new PrintWriter(out))
            .execute("--json", "--text", file.toString(), base.toString(), other.toString());
    assertThat(code).isZero();
    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertThat(json.path("divergence").asDouble()).isPositive();
    assertThat(json.path("tokens").asInt()).isPositive();
    assertThat(json.path("lossIncrease").asDouble())
        .isCloseTo(
            json.path("loss").asDouble() / json.path("baseLoss").asDouble() - 1, within(1e-9));
  }
}
