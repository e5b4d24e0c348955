package org.oml.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds every module to {@code docs/conventions.md}. */
class ConventionsTest {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  /** What each module may use of the others: the arrows of the architecture. */
  private static final Map<String, Set<String>> ARROWS =
      Map.ofEntries(
          Map.entry("protocol", Set.of()),
          Map.entry("contracts", Set.of("protocol")),
          Map.entry("chain", Set.of("protocol", "contracts")),
          Map.entry("service-kit", Set.of("protocol")),
          Map.entry("fingerprint-trainer", Set.of("protocol")),
          Map.entry("registry-service", Set.of("protocol", "contracts", "chain", "service-kit")),
          Map.entry("permission-service", Set.of("protocol", "contracts", "chain", "service-kit")),
          Map.entry("prover-service", Set.of("protocol", "contracts", "chain", "service-kit")),
          Map.entry("host-client", Set.of("protocol")),
          Map.entry("host-gateway", Set.of("protocol", "host-client")),
          Map.entry("admin-dashboard", Set.of("protocol", "service-kit")),
          Map.entry("local-platform", Set.of("protocol")));

  private static final Set<String> RUN_BY_OPERATORS =
      Set.of(
          "ServiceError.java",
          "ChainError.java",
          "RegistryError.java",
          "PermissionError.java",
          "ProverError.java",
          "HostError.java",
          "GatewayError.java",
          "DashboardError.java");

  /** A constant with a status of 500 or more, before or behind its sentence, or with none. */
  private static final Pattern CODE_AND_STATUS =
      Pattern.compile(
          "(?m)^  ([A-Z][A-Z0-9_]*)\\(\\s*(?:5\\d\\d,|\"(?:[^\"\\\\]|\\\\.|\"\\s*\\+\\s*\")*\"(?:,\\s*5\\d\\d)?\\s*\\))");

  private static final Map<String, Integer> PORTS =
      Map.of(
          "admin-dashboard", 7500,
          "registry-service", 7501,
          "permission-service", 7502,
          "prover-service", 7503,
          "host-gateway", 7510);

  @Test
  void modulesUseOnlyWhatTheArrowsAllow() throws IOException {
    for (String module : ARROWS.keySet()) {
      Set<String> used = compileDependenciesOnOurs(module);
      assertThat(ARROWS.get(module)).as("modules that %s may use", module).containsAll(used);
    }
  }

  @Test
  void everyVersionStandsInTheParent() throws IOException {
    for (String module : ARROWS.keySet()) {
      String pom =
          Files.readString(ROOT.resolve(module).resolve("pom.xml"))
              .replaceFirst("(?s)<parent>.*?</parent>", "");
      assertThat(pom).as(module).doesNotContain("<version>");
    }
  }

  @Test
  void servicesListenWhereTheConventionsSay() throws IOException {
    for (Map.Entry<String, Integer> port : PORTS.entrySet()) {
      Path settings = ROOT.resolve(port.getKey()).resolve("src/main/resources/application.yaml");
      assertThat(Files.readString(settings)).as(port.getKey()).contains("port: " + port.getValue());
      assertThat(Files.readString(ROOT.resolve("docs/conventions.md")))
          .containsPattern("\\| " + port.getKey() + " \\| " + port.getValue() + "\\b");
    }
  }

  @Test
  void everyPackageSaysWhatItIsForAndIsNullMarked() throws IOException {
    for (Path directory : packagesWithCode()) {
      Path info = directory.resolve("package-info.java");
      assertThat(info).exists();
      assertThat(Files.readString(info))
          .as(info.toString())
          .contains("@NullMarked")
          .contains("/**");
    }
  }

  @Test
  void packagesAreNamedAfterWhatTheyDo() throws IOException {
    assertThat(packagesWithCode())
        .noneMatch(
            directory ->
                Set.of(
                        "util",
                        "utils",
                        "helper",
                        "helpers",
                        "impl",
                        "controller",
                        "controllers",
                        "service",
                        "services",
                        "common",
                        "misc")
                    .contains(directory.getFileName().toString()));
  }

  @Test
  void everyErrorCodeIsExplained() throws IOException {
    String errors = Files.readString(ROOT.resolve("docs/errors.md"));
    Set<String> unexplained = new TreeSet<>();
    for (String code : errorCodes()) {
      if (!errors.contains("### " + code + "\n")) {
        unexplained.add(code);
      }
    }
    assertThat(unexplained).as("error codes without a paragraph in docs/errors.md").isEmpty();
  }

  @Test
  void everyExplainedErrorCodeExists() throws IOException {
    Set<String> explained =
        Pattern.compile("(?m)^### ([A-Z][A-Z0-9_]+)$")
            .matcher(Files.readString(ROOT.resolve("docs/errors.md")))
            .results()
            .map(found -> found.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(explained).isEqualTo(new TreeSet<>(errorCodes()));
  }

  /** Whatever has a status of 500 or more, and all of what has none and keeps somebody out. */
  @Test
  void everyCodeThatAnOperatorMendsIsAmongTheIncidents() throws IOException {
    String incidents = Files.readString(ROOT.resolve("docs/operations.md"));
    Set<String> missing = new TreeSet<>();
    int looked = 0;
    for (Path source : mainSources()) {
      String text = Files.readString(source);
      if (RUN_BY_OPERATORS.contains(source.getFileName().toString())) {
        looked++;
        Matcher constant = CODE_AND_STATUS.matcher(text);
        while (constant.find()) {
          String code = prefix(text) + constant.group(1);
          if (!incidents.contains("`" + code + "`")) {
            missing.add(code);
          }
        }
      }
    }
    assertThat(looked).isEqualTo(RUN_BY_OPERATORS.size());
    assertThat(missing).isEmpty();
  }

  /**
   * The constants of each enum that implements ErrorCode, with the module's prefix that its code()
   * adds.
   */
  private static Set<String> errorCodes() throws IOException {
    Set<String> codes = new TreeSet<>();
    for (Path source : mainSources()) {
      String text = Files.readString(source);
      Matcher declaration =
          Pattern.compile("enum \\w+ implements (?:[\\w.]*)ErrorCode \\{").matcher(text);
      if (declaration.find()) {
        String body =
            text.substring(
                declaration.end(), text.indexOf(';', lastConstant(text, declaration.end())));
        Matcher constant = Pattern.compile("(?m)^  ([A-Z][A-Z0-9_]*)\\(").matcher(body);
        while (constant.find()) {
          codes.add(prefix(text) + constant.group(1));
        }
      }
    }
    return codes;
  }

  private static int lastConstant(String text, int from) {
    Matcher end = Pattern.compile("(?m)\\);\\s*$").matcher(text);
    return end.find(from) ? end.start() : from;
  }

  private static String prefix(String text) {
    Matcher prefix = Pattern.compile("\"([A-Z]+_)\" \\+ name\\(\\)").matcher(text);
    return prefix.find() ? prefix.group(1) : "";
  }

  private static Set<String> compileDependenciesOnOurs(String module) throws IOException {
    String pom =
        Files.readString(ROOT.resolve(module).resolve("pom.xml"))
            .replaceAll("(?s)<exclusions>.*?</exclusions>", "");
    return Pattern.compile("(?s)<dependency>(.*?)</dependency>")
        .matcher(pom)
        .results()
        .map(found -> found.group(1))
        .filter(
            text ->
                text.contains("<groupId>org.oml</groupId>")
                    && !text.contains("<scope>test</scope>"))
        .map(text -> text.replaceAll("(?s).*<artifactId>(.*?)</artifactId>.*", "$1"))
        .collect(Collectors.toSet());
  }

  private static Set<Path> packagesWithCode() throws IOException {
    return mainSources().stream()
        .map(Path::getParent)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static List<Path> mainSources() throws IOException {
    try (Stream<Path> modules = Files.list(ROOT)) {
      return modules
          .map(module -> module.resolve("src/main/java"))
          .filter(Files::isDirectory)
          .flatMap(ConventionsTest::javaFiles)
          .toList();
    }
  }

  private static Stream<Path> javaFiles(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
