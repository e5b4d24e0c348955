package org.oml.cli.platform;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.oml.cli.terminal.Table;
import org.oml.platform.process.ProcessStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.ObjectMapper;

/** {@code ./oml status}: how every process of the platform is doing; 1 if any is not up. */
@Command(name = "status", description = "Show how every process of the platform is doing.")
public final class StatusCommand implements Callable<Integer> {

  @Mixin private HomeOption home = new HomeOption();

  @Option(names = "--json", description = "One JSON object on stdout.")
  private boolean json;

  @Override
  public Integer call() {
    List<ProcessStatus> all = home.platform().status();
    if (json) {
      System.out.println(
          new ObjectMapper()
              .writeValueAsString(
                  Map.of(
                      "version",
                      1,
                      "processes",
                      all.stream().map(StatusCommand::fields).toList())));
    } else if (all.isEmpty()) {
      System.err.println("Nothing runs. Start the platform with './oml up'.");
    } else {
      Table table = new Table("process", "state", "pid", "port", "up for", "restarts", "log");
      all.forEach(
          one ->
              table.row(
                  one.name(),
                  one.state(),
                  one.pid(),
                  one.port(),
                  since(one.startedAt()),
                  one.restarts(),
                  one.log()));
      System.out.print(table.render());
    }
    boolean up =
        !all.isEmpty() && all.stream().allMatch(one -> one.state() == ProcessStatus.State.UP);
    return up ? 0 : 1;
  }

  private static Map<String, Object> fields(ProcessStatus status) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", status.name());
    fields.put("state", status.state().name());
    fields.put("pid", status.pid());
    fields.put("port", status.port());
    fields.put("startedAt", status.startedAt() == null ? null : status.startedAt().toString());
    fields.put("restarts", status.restarts());
    fields.put("log", status.log().toString());
    return fields;
  }

  private static String since(@org.jspecify.annotations.Nullable Instant start) {
    if (start == null) {
      return "-";
    }
    Duration up = Duration.between(start, Instant.now());
    return up.toHours() > 0
        ? up.toHours() + " h " + up.toMinutesPart() + " min"
        : up.toMinutes() > 0
            ? up.toMinutes() + " min " + up.toSecondsPart() + " s"
            : up.toSeconds() + " s";
  }
}
