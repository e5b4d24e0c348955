package org.oml.cli.doctor;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.oml.platform.LocalPlatform;
import org.oml.platform.process.ProcessStatus;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Looks at the processes of a platform, and at what each service says of itself. */
final class ProcessExamination {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final LocalPlatform platform;

  ProcessExamination(LocalPlatform platform) {
    this.platform = platform;
  }

  List<Finding> findings() {
    List<ProcessStatus> all = platform.status();
    if (!isUp(all)) {
      return List.of(
          Finding.wrong("processes", "Nothing runs.", "Start the platform with './oml up'."));
    }
    List<Finding> findings = new ArrayList<>();
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
      for (ProcessStatus process : all) {
        findings.add(stateOf(process));
        if (process.state() == ProcessStatus.State.UP
            || process.state() == ProcessStatus.State.UNHEALTHY) {
          findings.addAll(whatItSays(client, process));
        }
      }
    }
    return findings;
  }

  /** Whether the platform is meant to run. */
  static boolean isUp(List<ProcessStatus> all) {
    return all.stream().anyMatch(process -> process.state() != ProcessStatus.State.STOPPED);
  }

  private static Finding stateOf(ProcessStatus process) {
    String restarts =
        process.restarts() == 0 ? "" : ", restarted %d times".formatted(process.restarts());
    return switch (process.state()) {
      case UP -> Finding.ok(process.name(), "Runs" + restarts + ".");
      case UNHEALTHY ->
          Finding.wrong(
              process.name(),
              "Runs and is not healthy" + restarts + ".",
              "Read the end of " + process.log() + ".");
      case DIED ->
          Finding.wrong(
              process.name(),
              "Died" + restarts + ".",
              "Read the end of %s, mend the cause, then './oml up'.".formatted(process.log()));
      case STOPPED ->
          Finding.warning(
              process.name(),
              "Was stopped, or given up" + restarts + ".",
              "Start it with './oml up'.");
    };
  }

  /** What a service's {@code /health} lacks or warns of; nothing where there is no such page. */
  private static List<Finding> whatItSays(HttpClient client, ProcessStatus process) {
    if (process.port() == 0) {
      return List.of();
    }
    URI health = URI.create("http://127.0.0.1:" + process.port() + "/health");
    try {
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(health).timeout(PATIENCE).build(),
              HttpResponse.BodyHandlers.ofString());
      return read(process.name(), new ObjectMapper().readTree(answer.body()));
    } catch (IOException | JacksonException e) {
      // The process has no such page, or its state says already that it does not answer.
      return List.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }

  private static List<Finding> read(String name, JsonNode health) {
    List<Finding> findings = new ArrayList<>();
    for (JsonNode missing : health.path("missing")) {
      findings.add(
          Finding.wrong(
              name,
              "It lacks its " + missing.asString() + ".",
              "Look at what is said of that part here, or in its log."));
    }
    for (JsonNode warning : health.path("warnings")) {
      findings.add(
          Finding.warning(
              name,
              warning.path("code").asString() + ": " + warning.path("detail").asString(),
              warning.path("next").asString()));
    }
    return findings;
  }
}
