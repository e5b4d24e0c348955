package org.oml.cli.deployment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * A container of ours as a plain process: laid out as its Dockerfile says, with the entry point,
 * command and environment of the compose file. Only what an engine would have mounted, or given a
 * name in its network, stands elsewhere.
 */
final class Container implements AutoCloseable {

  private static final Pattern COPY = Pattern.compile("COPY --from=layers /build/(\\S+) \\./");
  private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final JsonNode service;
  private final List<String> dockerfile;
  private final Path module;
  private final Path work;
  private final UnaryOperator<String> places;
  private final Process process;

  /**
   * @param service as {@code docker-compose config} prints it
   * @param work directory for the image's files and the log
   * @param places says of a text of the compose file what stands here for the paths and addresses
   *     in it
   */
  Container(JsonNode service, Path work, UnaryOperator<String> places) throws IOException {
    this.service = service;
    this.module = Path.of(service.path("build").path("context").asString());
    this.dockerfile = Files.readAllLines(module.resolve("Dockerfile"));
    this.work = Files.createDirectories(work);
    this.places = places;
    this.process = start();
  }

  /** A service's jar is taken apart into layers first; a worker's is not. */
  private void layOut(Path application) throws IOException {
    Path jar = module.resolve(line("COPY target/").replaceFirst("COPY (\\S+) .*", "$1"));
    if (dockerfile.stream().noneMatch(line -> line.startsWith("COPY --from=layers"))) {
      Files.createLink(application.resolve("application.jar"), jar);
      return;
    }
    run(
        JAVA.toString(),
        "-Djarmode=tools",
        "-jar",
        Files.createLink(work.resolve("application.jar"), jar).toString(),
        "extract",
        "--layers",
        "--destination",
        work.resolve("extracted").toString());
    for (String line : dockerfile) {
      Matcher copy = COPY.matcher(line);
      if (copy.matches()) {
        merge(work.resolve(copy.group(1)), application);
      }
    }
  }

  private Process start() throws IOException {
    Path application = Files.createDirectories(work.resolve("application"));
    layOut(application);
    List<String> command = new ArrayList<>();
    JSON.readTree(line("ENTRYPOINT ").substring("ENTRYPOINT ".length()))
        .forEach(word -> command.add(word.asString()));
    service.path("command").forEach(word -> command.add(places.apply(word.asString())));
    command.set(0, JAVA.toString());
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(application.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log().toFile());
    builder.environment().clear();
    builder.environment().putAll(environment());
    return builder.start();
  }

  private String line(String beginning) {
    return dockerfile.stream()
        .filter(line -> line.startsWith(beginning))
        .findFirst()
        .orElseThrow(() -> new AssertionError(module + "/Dockerfile has no " + beginning));
  }

  private static void merge(Path from, Path into) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path target = into.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.createLink(target, file);
        }
      }
    }
  }

  private Map<String, String> environment() {
    Map<String, String> all = new TreeMap<>();
    service
        .path("environment")
        .forEachEntry((name, value) -> all.put(name, places.apply(value.asString())));
    all.put("PATH", "/usr/bin:/bin");
    return all;
  }

  /** The service's own health check, as the engine would run it. */
  boolean isHealthy() throws IOException {
    List<String> test = new ArrayList<>();
    service
        .path("healthcheck")
        .path("test")
        .forEach(word -> test.add(word.asString().replace("$$", "$")));
    ProcessBuilder check = new ProcessBuilder(test.subList(1, test.size()));
    check.environment().putAll(environment());
    check.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
    return end(check.start()) == 0;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  String output() throws IOException {
    return Files.readString(log());
  }

  private Path log() {
    return work.resolve("output.log");
  }

  private void run(String... command) throws IOException {
    Path output = work.resolve("extract.log");
    Process extraction =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    if (end(extraction) != 0) {
      throw new AssertionError(Files.readString(output));
    }
  }

  private static int end(Process process) {
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return -1;
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return -1;
    }
  }

  @Override
  public void close() {
    process.destroy();
    if (end(process) == -1) {
      process.destroyForcibly();
    }
  }
}
