package org.oml.trainer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.oml.protocol.CodedException;

/** A Java process that writes files and is killed, or may not write as much as it takes. */
public final class WritingProcess implements AutoCloseable {

  /** Exit status of a process that said with which code it failed. */
  public static final int FAILED = 3;

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Path SHELL = Path.of("/bin/bash");

  private final Process process;

  private WritingProcess(List<String> before, Class<?> program, Object... arguments)
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
            program.getName()));
    Stream.of(arguments).map(Object::toString).forEach(command::add);
    process = new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  /** Starts a program that may write what it likes. */
  public static WritingProcess start(Class<?> program, Object... arguments) throws IOException {
    return new WritingProcess(List.of(), program, arguments);
  }

  /** Starts a program none of whose files may be larger than 4 KiB: to it, the disk is full. */
  public static WritingProcess startOnAFullDisk(Class<?> program, Object... arguments)
      throws IOException {
    return new WritingProcess(
        List.of(SHELL.toString(), "-c", "ulimit -f 4; exec \"$@\"", "limited"), program, arguments);
  }

  /** Whether this machine has what {@link #startOnAFullDisk} takes. */
  public static boolean canFillADisk() {
    return Files.isExecutable(SHELL);
  }

  /** For the program itself: says with which code something failed, and ends. */
  public static void attempt(Runnable writing) {
    try {
      writing.run();
    } catch (CodedException e) {
      System.out.println(e.code().code());
      System.exit(FAILED);
    }
  }

  /** Waits until something is so, then kills the process wherever it is. */
  public void killWhen(BooleanSupplier ready) throws InterruptedException {
    Instant deadline = Instant.now().plus(PATIENCE);
    while (!ready.getAsBoolean()) {
      if (!process.isAlive() || Instant.now().isAfter(deadline)) {
        throw new AssertionError("it wrote nothing, and is alive: " + process.isAlive());
      }
      Thread.onSpinWait();
    }
    close();
    awaitEnd();
  }

  /** What it said until it ended by itself. */
  public String said() throws IOException, InterruptedException {
    String said =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    awaitEnd();
    return said;
  }

  /** Its exit status, once it has ended. */
  public int status() {
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private void awaitEnd() throws InterruptedException {
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("it does not end");
    }
  }

  /** What lies in a directory, or nothing where there is none. */
  public static List<Path> files(Path directory) {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** What a directory holds under final names. */
  public static List<Path> finished(Path directory) {
    return files(directory).stream()
        .filter(path -> !path.toString().endsWith(".incomplete"))
        .toList();
  }
}
