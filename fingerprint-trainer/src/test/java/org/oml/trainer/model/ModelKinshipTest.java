package org.oml.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.protocol.CodedException;
import org.oml.trainer.SmallModels;
import org.oml.trainer.TrainerError;
import org.oml.trainer.attack.AttackCommand;
import org.oml.trainer.checkpoint.Architecture;
import org.oml.trainer.checkpoint.RopeScaling;
import org.oml.trainer.command.FingerprintCommand;
import org.oml.trainer.comparison.CompareCommand;
import picocli.CommandLine;

class ModelKinshipTest {

  @TempDir Path directory;

  private Path base = Path.of("");

  @BeforeEach
  void make() {
    base = SmallModels.writeSpeaking(directory.resolve("base"), 1);
  }

  @Test
  void anotherSeedIsATrainingAway() {
    Path other = SmallModels.writeSpeaking(directory.resolve("other"), 2);
    assertThatCode(() -> ModelKinship.requireInstance(base, other)).doesNotThrowAnyException();
  }

  @Test
  void otherShapesAreComparedButNotAttacked() {
    Path other =
        SmallModels.writeSpeaking(
            directory.resolve("other"), 1, Architecture.QWEN2, RopeScaling.NONE, false);
    assertThatCode(() -> ModelKinship.requireSameTokens(base, other)).doesNotThrowAnyException();
    assertRefused(() -> ModelKinship.requireInstance(base, other), "its architecture is Qwen2");
    Path tied =
        SmallModels.writeSpeaking(
            directory.resolve("tied"), 1, Architecture.LLAMA, RopeScaling.NONE, true);
    assertRefused(() -> ModelKinship.requireInstance(base, tied), "tie_word_embeddings is true");
  }

  @Test
  void aShorterContextThanTheBaseModelsIsRefusedAndALongerOneIsNot() throws IOException {
    Path other = SmallModels.writeSpeaking(directory.resolve("other"), 1);
    replace(other.resolve("config.json"), "128", "64");
    assertRefused(
        () -> ModelKinship.requireInstance(base, other), "max_position_embeddings is 64", "128");
    assertThatCode(() -> ModelKinship.requireInstance(other, base)).doesNotThrowAnyException();
  }

  @Test
  void theSameNumberOfOtherTokensIsRefused() throws IOException {
    Path other = SmallModels.writeSpeaking(directory.resolve("other"), 1);
    replace(other.resolve("tokenizer.json"), "\"\u0120times\"", "\"\u0120wimes\"");
    assertRefused(
        () -> ModelKinship.requireSameTokens(base, other),
        "\u0120wimes, the base model's \u0120times");
  }

  @Test
  void specialTokensMayBeCalledOtherwise() throws IOException {
    Path other = SmallModels.writeSpeaking(directory.resolve("other"), 1);
    replace(other.resolve("tokenizer.json"), "\"</s>\"", "\"<|end|>\"");
    assertThatCode(() -> ModelKinship.requireSameTokens(base, other)).doesNotThrowAnyException();
  }

  @Test
  void everyVerbThatTakesTwoModelsRefusesAnotherVocabulary() throws IOException {
    Path box = SmallModels.box();
    Path text = Files.writeString(directory.resolve("text.txt"), SmallModels.TEXT);
    Path fingerprints =
        Files.writeString(
            directory.resolve("fingerprints.json"),
            "[{\"key\":\"it was\",\"response\":\"light\"}]");
    refuses(new CompareCommand(), "--text", text, base, box);
    refuses(
        new FingerprintCommand(),
        "check",
        "--model",
        box,
        "--fingerprints",
        fingerprints,
        "--base",
        base);
    refuses(
        new AttackCommand(),
        "merge-linear",
        "--base",
        base,
        "--model",
        box,
        "--fingerprints",
        fingerprints,
        "--text",
        text);
  }

  private static void refuses(Object command, Object... arguments) {
    StringWriter said = new StringWriter();
    new CommandLine(command)
        .setErr(new PrintWriter(said))
        .setExecutionExceptionHandler(
            (failure, _, _) -> {
              assertThat(failure)
                  .isInstanceOfSatisfying(
                      CodedException.class,
                      coded -> assertThat(coded.code()).isEqualTo(TrainerError.MODELS_APART));
              said.append("refused");
              return 3;
            })
        .execute(List.of(arguments).stream().map(Object::toString).toArray(String[]::new));
    assertThat(said.toString()).isEqualTo("refused");
  }

  private static void assertRefused(Runnable question, String... said) {
    assertThatThrownBy(question::run)
        .isInstanceOfSatisfying(
            CodedException.class,
            refused -> assertThat(refused.code()).isEqualTo(TrainerError.MODELS_APART))
        .hasMessageContainingAll(said);
  }

  private static void replace(Path file, String text, String by) throws IOException {
    String before = Files.readString(file);
    assertThat(before).contains(text);
    Files.writeString(file, before.replace(text, by));
  }
}
