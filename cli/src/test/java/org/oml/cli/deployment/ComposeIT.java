package org.oml.cli.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.platform.LocalPlatform;
import org.oml.platform.home.PlatformSettings;
import org.yaml.snakeyaml.Yaml;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * What can be known of {@code docker-compose.yml} without an engine: it parses, everything that it
 * names exists, and every image of ours comes up with just the environment that it gives.
 */
class ComposeIT {

  private static final Path ROOT = Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());
  private static final List<String> SERVICES =
      List.of("registry", "permission", "prover", "dashboard");
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Pattern METRIC =
      Pattern.compile("\\b(?:oml|jvm|process|hikaricp|http)_[a-z_]+[a-z]\\b");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir private static Path directory = Path.of("");
  private static JsonNode compose = JSON.createObjectNode();
  private static final Map<String, Container> RUNNING = new LinkedHashMap<>();
  private static final Map<String, Integer> PORTS = new LinkedHashMap<>();
  private static @Nullable LocalPlatform platform;

  @BeforeAll
  static void startEverything() throws Exception {
    assumeTrue(
        isInstalled(), "LEFT OUT: no docker-compose here, so docker-compose.yml is not tested.");
    Path home = directory.resolve("home");
    platform = new LocalPlatform(PlatformSettings.forTest(ROOT, directory.resolve("platform")));
    prepare(home);
    for (String role : List.of("registry", "permission", "prover")) {
      Path secret = Path.of("secrets", role + ".password");
      Path here = platform.settings().home().resolve(secret);
      Files.createDirectories(here.getParent());
      Files.copy(home.resolve(secret), here);
    }
    platform.startFoundation();
    prepare(home, "--rpc", platform.chain().rpcUrl().toString());
    compose = config(home.resolve("compose.env"));
    for (String name : SERVICES) {
      PORTS.put(name, freePort());
    }
    for (String name : SERVICES) {
      start(name);
    }
    start("worker");
    awaitHealthy();
  }

  @AfterAll
  static void stopEverything() {
    RUNNING.values().forEach(Container::close);
    if (platform != null) {
      platform.down();
    }
  }

  private static boolean isInstalled() throws Exception {
    return new ProcessBuilder("sh", "-c", "command -v docker-compose").start().waitFor() == 0;
  }

  private static void prepare(Path home, String... more) {
    List<String> words = new ArrayList<>(List.of(home.toString()));
    words.addAll(List.of(more));
    System.setProperty("oml.root", ROOT.toString());
    assertThat(new CommandLine(new PrepareCommand()).execute(words.toArray(String[]::new)))
        .isZero();
  }

  private static JsonNode config(Path environment) throws Exception {
    Process process =
        new ProcessBuilder(
                "docker-compose",
                "--env-file",
                environment.toString(),
                "--profile",
                "dev-chain",
                "config")
            .directory(ROOT.toFile())
            .redirectError(directory.resolve("compose.err").toFile())
            .start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(directory.resolve("compose.err"))).isZero();
    return JSON.valueToTree(new Yaml().load(text));
  }

  private static JsonNode service(String name) {
    return compose.path("services").path(name);
  }

  private static String portOf(String name) {
    return service(name).path("environment").path("SERVER_PORT").asString();
  }

  private static Container running(String name) {
    return Objects.requireNonNull(RUNNING.get(name));
  }

  private static void start(String name) throws IOException {
    RUNNING.put(
        name, new Container(service(name), directory.resolve(name), text -> place(name, text)));
  }

  /** What stands on this machine for the mounts and the network of a container. */
  private static String place(String name, String text) {
    String placed = text;
    for (String secret : secretsOf(name)) {
      if (placed.equals("/run/secrets/" + secret)) {
        placed = compose.path("secrets").path(secret).path("file").asString();
      }
    }
    for (JsonNode volume : service(name).path("volumes")) {
      List<String> mount = mount(volume);
      if (placed.startsWith(mount.getLast())) {
        placed = mount.getFirst() + placed.substring(mount.getLast().length());
      }
    }
    for (Map.Entry<String, Integer> port : PORTS.entrySet()) {
      placed =
          placed.replace(
              "http://" + port.getKey() + ":" + portOf(port.getKey()),
              "http://127.0.0.1:" + port.getValue());
    }
    if (placed.equals(portOf(name))) {
      placed = String.valueOf(PORTS.get(name));
    }
    return placed
        .replace("http://chain:8545", platform().chain().rpcUrl().toString())
        .replace("jdbc:postgresql://postgres:5432/oml", platform().database().url());
  }

  private static List<String> secretsOf(String name) {
    List<String> secrets = new ArrayList<>();
    for (JsonNode secret : service(name).path("secrets")) {
      secrets.add(secret.isObject() ? secret.path("source").asString() : secret.asString());
    }
    return secrets;
  }

  /** What is mounted, and where. */
  private static List<String> mount(JsonNode volume) {
    return volume.isObject()
        ? List.of(volume.path("source").asString(), volume.path("target").asString())
        : List.of(volume.asString().split(":", -1)).subList(0, 2);
  }

  private static LocalPlatform platform() {
    return Objects.requireNonNull(platform);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static void awaitHealthy() throws Exception {
    Instant deadline = Instant.now().plus(PATIENCE);
    for (String name : SERVICES) {
      while (!running(name).isHealthy()) {
        assertThat(running(name).isAlive())
            .as(name + " lives:\n" + running(name).output())
            .isTrue();
        assertThat(Instant.now()).as(name + ":\n" + running(name).output()).isBefore(deadline);
        Thread.sleep(500);
      }
    }
  }

  @Test
  void everyServiceOfOursIsHealthyAndTheWorkerWaitsForJobs() throws Exception {
    for (String name : SERVICES) {
      assertThat(running(name).isHealthy()).as(name).isTrue();
    }
    assertThat(running("worker").isAlive()).as(running("worker").output()).isTrue();
    assertThat(running("worker").output()).doesNotContain("refused", "Exception");
  }

  /** Whatever the JVM itself says beside it. */
  @Test
  void servicesWriteALineOfJsonForEachEvent() throws Exception {
    for (String name : SERVICES) {
      List<String> lines = running(name).output().lines().toList();
      assertThat(lines).as(name).filteredOn(line -> line.startsWith("{")).isNotEmpty();
      assertThat(lines)
          .as(name)
          .filteredOn(line -> line.startsWith("{"))
          .allSatisfy(
              line ->
                  assertThat(JSON.readTree(line).propertyNames())
                      .contains("@timestamp", "level", "logger_name", "message"));
      assertThat(lines).as(name).noneMatch(line -> line.matches("20[0-9-]+T[0-9:.]+.* INFO .*"));
    }
  }

  @Test
  void everyMetricThatAPanelQueriesExists() throws Exception {
    StringBuilder metrics = new StringBuilder();
    for (String name : SERVICES) {
      ask(name, "/v1/nothing-is-here");
      String told = ask(name, "/metrics");
      assertThat(told)
          .as("what Prometheus hears from " + name)
          .contains("\njvm_memory_used_bytes{");
      metrics.append('\n').append(told);
    }
    Set<String> asked = new TreeSet<>();
    Matcher names =
        METRIC.matcher(Files.readString(ROOT.resolve("deploy/grafana/dashboards/platform.json")));
    while (names.find()) {
      asked.add(names.group());
    }

    assertThat(asked).hasSizeGreaterThan(12);
    assertThat(asked).allSatisfy(name -> assertThat(metrics).contains("\n" + name + "{"));
  }

  private static String ask(String service, String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + PORTS.get(service) + path);
    return HTTP.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
  }

  @Test
  void everythingThatPrometheusAsksIsAServiceAtItsPort() throws IOException {
    JsonNode settings = yaml(ROOT.resolve("deploy/prometheus/prometheus.yml"));
    List<String> targets = new ArrayList<>();
    for (JsonNode group : settings.path("scrape_configs").path(0).path("static_configs")) {
      group.path("targets").forEach(target -> targets.add(target.asString()));
    }

    assertThat(targets)
        .containsExactlyInAnyOrderElementsOf(
            SERVICES.stream().map(name -> name + ":" + portOf(name)).toList());
  }

  @Test
  void everyFileThatIsMountedExists() {
    compose
        .path("secrets")
        .forEach(secret -> assertThat(Path.of(secret.path("file").asString())).exists());
    compose
        .path("services")
        .forEach(
            service ->
                service
                    .path("volumes")
                    .forEach(volume -> assertThat(Path.of(mount(volume).getFirst())).exists()));
  }

  @Test
  void noContainerCanDoMoreThanItMust() {
    compose
        .path("services")
        .forEachEntry(
            (name, service) -> {
              assertThat(service.path("read_only").asBoolean()).as(name).isTrue();
              assertThat(service.path("cap_drop").path(0).asString()).as(name).isEqualTo("ALL");
              assertThat(service.path("security_opt").path(0).asString())
                  .as(name)
                  .isEqualTo("no-new-privileges:true");
              for (String bound : List.of("mem_limit", "cpus", "pids_limit", "user")) {
                assertThat(service.has(bound)).as(name + " " + bound).isTrue();
              }
              assertThat(service.path("user").asString()).as(name).doesNotStartWith("0");
              assertThat(service.path("image").asString())
                  .as(name)
                  .matches("[a-z0-9./-]+:v?[0-9][A-Za-z0-9.-]+");
              service
                  .path("environment")
                  .forEachEntry(
                      (variable, value) ->
                          assertThat(value.asString())
                              .as(name + " " + variable)
                              .doesNotContainPattern("[0-9a-f]{64}"));
            });
  }

  @Test
  void theDatabaseMakesARoleForEachServiceThatHasOne() throws IOException {
    assertThat(Files.readString(ROOT.resolve("deploy/postgres/roles.sh")))
        .contains("for role in registry permission prover; do");
    assertThat(secretsOf("postgres"))
        .contains("registry-database", "permission-database", "prover-database");
  }

  private static JsonNode yaml(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return JSON.valueToTree(new Yaml().load(in));
    }
  }
}
