package org.oml.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.protocol.CodedException;
import org.oml.trainer.SmallModels;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class CheckCommandTest {

  private static final int WRONG_ANSWERS = 1;
  private static final int FAILED = 3;

  @TempDir Path directory;

  private final StringWriter failures = new StringWriter();

  @Test
  void naturalKeysAreAsProbableAsOrdinaryTextAndRandomOnesAreNot() {
    JsonNode natural = checked("perinucleus");
    assertThat(natural.path("keyLoss").asDouble())
        .isPositive()
        .isLessThan(natural.path("ordinaryLoss").asDouble());
    assertThat(natural.path("unusualKeys").asDouble()).isLessThan(0.2);
    JsonNode random = checked("random");
    assertThat(random.path("keyLoss").asDouble())
        .isGreaterThan(1.2 * random.path("ordinaryLoss").asDouble());
    assertThat(random.path("unusualKeys").asDouble()).isGreaterThan(0.5);
  }

  @Test
  void aBaseModelOfAnotherShapeIsRefused() {
    Path other = SmallModels.writeSpeaking(directory.resolve("other"), 1);
    Path file = generated("perinucleus");
    said(FAILED, "check", "--model", SmallModels.box(), "--fingerprints", file, "--base", other);
    assertThat(failures.toString()).isEqualTo("TRAINER_MODELS_APART");
  }

  private JsonNode checked(String strategy) {
    List<Object> check =
        List.of(
            "check", "--json", "--model", SmallModels.box(), "--fingerprints", generated(strategy));
    return new ObjectMapper().readTree(said(WRONG_ANSWERS, check.toArray()));
  }

  private Path generated(String strategy) {
    Path file = directory.resolve(strategy + ".json");
    said(
        0,
        "generate",
        "--model",
        SmallModels.box(),
        "--out",
        file,
        "-n",
        12,
        "--seed",
        3,
        "--strategy",
        strategy);
    return file;
  }

  private String said(int code, Object... arguments) {
    StringWriter out = new StringWriter();
    int answered =
        new CommandLine(new FingerprintCommand())
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(new StringWriter()))
            .setExecutionExceptionHandler(
                (failure, command, parsed) -> {
                  failures.append(
                      failure instanceof CodedException coded
                          ? coded.code().code()
                          : failure.toString());
                  return FAILED;
                })
            .execute(Stream.of(arguments).map(Object::toString).toArray(String[]::new));
    assertThat(answered).as(failures.toString()).isEqualTo(code);
    return out.toString();
  }
}
