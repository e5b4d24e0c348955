package org.oml.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.protocol.CodedException;
import org.oml.trainer.SmallModels;
import org.oml.trainer.TrainerError;
import org.oml.trainer.attack.AttackCommand;
import org.oml.trainer.checkpoint.ParameterLayout;
import picocli.CommandLine;

/** Whatever is asked of a model whose weights or words are no good, nothing is made of it. */
class UnfitModelTest {

  private record Asked(Object command, List<Object> arguments) {}

  @TempDir Path directory;

  private Path good = Path.of("");
  private Path bad = Path.of("");
  private Path fingerprints = Path.of("");

  @BeforeEach
  void makeModelsAndFingerprints() {
    good = SmallModels.writeTalking(directory.resolve("good"), 3, 24);
    bad = SmallModels.writeTalking(directory.resolve("bad"), 3, 24);
    fingerprints = directory.resolve("good.json");
    assertThat(
            ask(
                new Asked(
                    new FingerprintCommand(),
                    List.of(
                        "generate", "--model", good, "-n", 2, "--seed", 1, "--out", fingerprints))))
        .isEqualTo("0");
  }

  @Test
  void weightsThatAreNotFiniteAreRefused() {
    SmallModels.damage(bad, ParameterLayout.EMBEDDING, Float.NaN);
    for (Asked asked : everything()) {
      assertThat(ask(asked)).as(asked.toString()).isEqualTo(TrainerError.TENSOR_MISMATCH.code());
    }
    assertNothingWasMade();
  }

  @Test
  void aTokenizerOfAnotherModelIsRefused() throws IOException {
    Files.copy(
        SmallModels.box().resolve("tokenizer.json"),
        bad.resolve("tokenizer.json"),
        StandardCopyOption.REPLACE_EXISTING);
    for (Asked asked : everything()) {
      assertThat(ask(asked)).as(asked.toString()).isEqualTo(TrainerError.TOKENIZER_INVALID.code());
    }
    assertNothingWasMade();
  }

  private List<Asked> everything() {
    Path out = directory.resolve("out");
    return List.of(
        new Asked(new KeysCommand(), List.of("generate", "--model", bad, "-n", 2, "--out", out)),
        new Asked(
            new FingerprintCommand(), List.of("generate", "--model", bad, "-n", 2, "--out", out)),
        new Asked(
            new FingerprintCommand(),
            List.of("embed", "--model", bad, "--fingerprints", fingerprints, "--out", out)),
        new Asked(
            new FingerprintCommand(),
            List.of("check", "--model", bad, "--fingerprints", fingerprints)),
        new Asked(
            new AttackCommand(),
            List.of(
                "quantisation", "--base", good, "--model", bad, "--fingerprints", fingerprints)));
  }

  private void assertNothingWasMade() {
    assertThat(directory.toFile().list()).containsExactlyInAnyOrder("good", "bad", "good.json");
  }

  /** The code of the refusal, or else the exit code. */
  private static String ask(Asked asked) {
    StringWriter refused = new StringWriter();
    int code =
        new CommandLine(asked.command())
            .setOut(new PrintWriter(new StringWriter()))
            .setErr(new PrintWriter(new StringWriter()))
            .setExecutionExceptionHandler(
                (failure, command, parsed) -> {
                  refused.append(
                      failure instanceof CodedException coded
                          ? coded.code().code()
                          : failure.toString());
                  return 3;
                })
            .execute(
                Stream.of(asked.arguments().toArray())
                    .map(Object::toString)
                    .toArray(String[]::new));
    return refused.toString().isEmpty() ? Integer.toString(code) : refused.toString();
  }
}
