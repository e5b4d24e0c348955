package org.oml.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.protocol.CodedException;
import org.oml.trainer.SmallModels;

/** Processes that write a model and are killed, or may not write as much as it takes. */
class InterruptedWritingTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int ROUNDS = Boolean.getBoolean("oml.soak") ? 40 : 4;

  @TempDir Path directory;

  /** Writes copies of a model for ever, or one. */
  public static final class Writer {

    private Writer() {}

    public static void main(String[] arguments) throws IOException {
      Checkpoint model = Checkpoint.open(Path.of(arguments[0]));
      Path target = Path.of(arguments[1]);
      try {
        if (arguments[2].equals("one")) {
          model.writeCopy(target, Map.of());
        }
        for (int i = 0; arguments[2].equals("many"); i++) {
          model.writeCopy(target.resolve("copy-" + i), Map.of());
        }
      } catch (CodedException e) {
        System.out.println(e.code().code());
        System.exit(3);
      }
    }
  }

  @Test
  void whatAKilledProcessLeavesUnderAFinalNameIsWhole() throws Exception {
    Path model = SmallModels.write(directory.resolve("model"), TensorType.F32, 1);
    for (int round = 0; round < ROUNDS; round++) {
      Path target = directory.resolve("killed-" + round);
      Process writer = start(List.of(), model, target, "many");
      try {
        awaitCopies(target, writer, 3 + round);
      } finally {
        writer.destroyForcibly();
      }
      assertThat(writer.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      try (Stream<Path> copies = Files.list(target)) {
        for (Path copy : copies.filter(path -> !path.toString().endsWith(".incomplete")).toList()) {
          assertWhole(model, copy);
        }
      }
    }
  }

  @Test
  void aDiskThatTakesNoMoreIsAnErrorAndLeavesNothing() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "needs ulimit");
    Path model = SmallModels.write(directory.resolve("model"), TensorType.F32, 1);
    Path target = directory.resolve("target");
    Process writer =
        start(
            List.of("/bin/bash", "-c", "ulimit -f 4; exec \"$@\"", "limited"),
            model,
            target,
            "one");
    String said =
        new String(writer.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(writer.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(said).contains("TRAINER_WRITE_FAILED");
    assertThat(writer.exitValue()).isEqualTo(3);
    assertThat(target).doesNotExist();
    assertThat(target.resolveSibling("target.incomplete")).doesNotExist();
  }

  private static void assertWhole(Path model, Path copy) throws IOException {
    try (Stream<Path> files = Files.list(model)) {
      for (Path file : files.toList()) {
        assertThat(copy.resolve(file.getFileName())).hasSameBinaryContentAs(file);
      }
    }
  }

  private static void awaitCopies(Path target, Process writer, int count) throws Exception {
    Instant deadline = Instant.now().plus(PATIENCE);
    while (count(target) < count) {
      assertThat(writer.isAlive()).isTrue();
      assertThat(Instant.now()).isBefore(deadline);
      Thread.onSpinWait();
    }
  }

  private static long count(Path target) throws IOException {
    if (!Files.isDirectory(target)) {
      return 0;
    }
    try (Stream<Path> copies = Files.list(target)) {
      return copies.count();
    }
  }

  private static Process start(List<String> before, Path model, Path target, String how)
      throws IOException {
    List<String> command = new ArrayList<>(before);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "-cp",
            System.getProperty("java.class.path"),
            Writer.class.getName(),
            model.toString(),
            target.toString(),
            how));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }
}
