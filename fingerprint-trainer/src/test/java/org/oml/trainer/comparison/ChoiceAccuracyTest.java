package org.oml.trainer.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.protocol.CodedException;
import org.oml.trainer.SmallModels;
import org.oml.trainer.TrainerError;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.model.TokenBatch;
import org.oml.trainer.tokenizer.Tokenizer;
import org.oml.trainer.vocabulary.Vocabulary;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class ChoiceAccuracyTest {

  private static final String QUESTION = "It was the age of";
  private static final List<String> CHOICES = List.of("wisdom", "it", "foolishness and belief");

  @TempDir Path directory;

  @Test
  void aScoreIsTheLogProbabilityOfTheChoicesTokensBehindTheQuestion() {
    Path speaking = SmallModels.writeSpeaking(directory.resolve("model"), 1);
    try (LanguageModel model = LanguageModel.load(speaking);
        Tokenizer tokenizer = Tokenizer.load(speaking)) {
      Vocabulary vocabulary = Vocabulary.read(speaking);
      double[] scores =
          new SpeltChoices(asking(0, 0), tokenizer, vocabulary, model.configuration())
              .scores(model);
      assertThat(scores).hasSize(2 * CHOICES.size());
      int[] question = begun(vocabulary, tokenizer.encode(QUESTION));
      for (int i = 0; i < CHOICES.size(); i++) {
        int[] choice = tokenizer.encode(" " + CHOICES.get(i));
        double expected = behind(model, question, choice);
        assertThat(scores[i]).isNegative().isCloseTo(expected, within(1e-4));
        assertThat(scores[CHOICES.size() + i]).isCloseTo(expected, within(1e-4));
      }
    }
  }

  @Test
  void whereSpacesFollowWordsTheOneBetweenBelongsToTheQuestion() {
    Path stories = SmallModels.tinyStories();
    assumeTrue(Files.isDirectory(stories), "TinyStories-656K does not lie beside the project");
    try (LanguageModel model = LanguageModel.load(stories);
        Tokenizer tokenizer = Tokenizer.load(stories)) {
      Vocabulary vocabulary = Vocabulary.read(stories);
      assertThat(vocabulary.spacesFollowWords()).isTrue();
      double[] scores =
          new SpeltChoices(asking(0, 0), tokenizer, vocabulary, model.configuration())
              .scores(model);
      int[] question = begun(vocabulary, tokenizer.encode(QUESTION + " "));
      for (int i = 0; i < CHOICES.size(); i++) {
        // This tokenizer puts a space before whatever it is given.
        int[] spaced = tokenizer.encode(CHOICES.get(i));
        int[] choice = Arrays.copyOfRange(spaced, 1, spaced.length);
        assertThat(scores[i]).isCloseTo(behind(model, question, choice), within(1e-4));
      }
    }
  }

  @Test
  void theLikeliestChoiceIsTheAnswerAndForEachCharacterItMayBeAnother() {
    Path speaking = SmallModels.writeSpeaking(directory.resolve("model"), 1);
    try (LanguageModel model = LanguageModel.load(speaking);
        Tokenizer tokenizer = Tokenizer.load(speaking)) {
      Vocabulary vocabulary = Vocabulary.read(speaking);
      double[] scores =
          new SpeltChoices(asking(0, 0), tokenizer, vocabulary, model.configuration())
              .scores(model);
      double[] each =
          IntStream.range(0, CHOICES.size())
              .mapToDouble(i -> scores[i] / CHOICES.get(i).length())
              .toArray();
      int best = best(Arrays.copyOf(scores, CHOICES.size()));
      int bestOfEach = best(each);
      assertThat(best).isNotEqualTo(bestOfEach);
      ChoiceAccuracy found =
          ChoiceAccuracy.of(model, tokenizer, vocabulary, asking(best, best, best, bestOfEach));
      assertThat(found).isEqualTo(new ChoiceAccuracy(4, 0.75, 0.25));
      assertThat(found.accuracyError()).isCloseTo(0.25, within(1e-9));
      assertThat(found.normalisedAccuracyError()).isCloseTo(0.25, within(1e-9));
    }
  }

  @Test
  void aQuestionLongerThanTheContextIsRefusedByItsLine() {
    Path speaking = SmallModels.writeSpeaking(directory.resolve("model"), 1);
    MultipleChoice tooLong =
        new MultipleChoice(
            List.of(
                new MultipleChoice.Question(1, QUESTION, CHOICES, 0),
                new MultipleChoice.Question(5, SmallModels.TEXT.repeat(9), CHOICES, 0)));
    try (LanguageModel model = LanguageModel.load(speaking);
        Tokenizer tokenizer = Tokenizer.load(speaking)) {
      Vocabulary vocabulary = Vocabulary.read(speaking);
      assertThatExceptionOfType(CodedException.class)
          .isThrownBy(() -> ChoiceAccuracy.of(model, tokenizer, vocabulary, tooLong))
          .withMessageContaining("line 5")
          .satisfies(e -> assertThat(e.code()).isEqualTo(TrainerError.TASKS_INVALID));
    }
  }

  @Test
  void theVerbPrintsBothModelsBesideWhatItSaysOfAText() throws IOException {
    Path base = SmallModels.writeSpeaking(directory.resolve("base"), 1);
    Path other = SmallModels.writeSpeaking(directory.resolve("other"), 2);
    String line = "{\"question\": \"It was\", \"choices\": [\"wisdom\", \"it\"], \"answer\": %d}";
    Path tasks =
        Files.write(
            directory.resolve("tasks.jsonl"), List.of(line.formatted(0), line.formatted(1)));
    Path text = Files.writeString(directory.resolve("text.txt"), SmallModels.TEXT);

    JsonNode both =
        new ObjectMapper()
            .readTree(said(0, base, other, "--json", "--tasks", tasks, "--text", text));
    assertThat(both.path("tokens").asInt()).isPositive();
    assertThat(both.path("questions").asInt()).isEqualTo(2);
    for (String figure :
        List.of("baseAccuracy", "accuracy", "baseNormalisedAccuracy", "normalisedAccuracy")) {
      assertThat(both.path(figure).asDouble()).as(figure).isEqualTo(0.5);
      assertThat(both.path(figure + "Error").asDouble()).as(figure).isEqualTo(0.5);
    }
    assertThat(said(0, base, other, "--tasks", tasks))
        .contains("accuracy 0.5")
        .doesNotContain("loss");
    assertThat(said(2, base, other)).isEmpty();
  }

  private static String said(int code, Object... arguments) {
    StringWriter out = new StringWriter();
    assertThat(
            new CommandLine(new CompareCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(new StringWriter()))
                .execute(Arrays.stream(arguments).map(Object::toString).toArray(String[]::new)))
        .isEqualTo(code);
    return out.toString();
  }

  private static MultipleChoice asking(int... answers) {
    return new MultipleChoice(
        IntStream.range(0, answers.length)
            .mapToObj(i -> new MultipleChoice.Question(i + 1, QUESTION, CHOICES, answers[i]))
            .toList());
  }

  /** Token by token, each from all that stand before it. */
  private static double behind(LanguageModel model, int[] question, int[] choice) {
    double sum = 0;
    int[] before = question;
    for (int token : choice) {
      sum += model.logProbabilities(TokenBatch.last(List.of(before)))[0][token];
      before = joined(before, new int[] {token});
    }
    return sum;
  }

  private static int[] begun(Vocabulary vocabulary, int[] tokens) {
    return joined(vocabulary.begin().stream().toArray(), tokens);
  }

  private static int[] joined(int[] first, int[] second) {
    return IntStream.concat(IntStream.of(first), IntStream.of(second)).toArray();
  }

  private static int best(double[] values) {
    return IntStream.range(0, values.length)
        .reduce((a, b) -> values[b] > values[a] ? b : a)
        .orElseThrow();
  }
}
