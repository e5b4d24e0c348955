package org.oml.cli.host;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.oml.cli.CliError;
import org.oml.protocol.CodedException;

/**
 * The gateway's one jar, run as a child with this terminal: it needs nothing else of the platform.
 */
final class GatewayProgram {

  private static final int PATIENCE_MINUTES = 2;

  private GatewayProgram() {}

  /**
   * Runs it until it ends; ends it when this process is ended.
   *
   * @return its exit code
   */
  static int run(Path root, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-jar",
            jar(root).toString()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).inheritIO().start();
    Thread ending = new Thread(() -> end(process), "gateway-end");
    Runtime.getRuntime().addShutdownHook(ending);
    int code = process.waitFor();
    removeHook(ending);
    return code;
  }

  private static void end(Process process) {
    process.destroy();
    try {
      process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // This process is being ended, which is why the gateway was.
    }
  }

  private static Path jar(Path root) throws IOException {
    Path target = root.resolve("host-gateway/target");
    if (Files.isDirectory(target)) {
      try (DirectoryStream<Path> found = Files.newDirectoryStream(target, "oml-gateway*.jar")) {
        for (Path jar : found) {
          return jar;
        }
      }
    }
    throw new CodedException(
        CliError.GATEWAY_NOT_BUILT, "There is no oml-gateway*.jar in " + target + ".");
  }
}
