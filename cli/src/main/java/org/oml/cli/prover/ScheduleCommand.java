package org.oml.cli.prover;

import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.oml.cli.platform.Foundation;
import org.oml.cli.platform.HomeOption;
import org.oml.cli.terminal.Table;
import org.oml.protocol.client.ServiceClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** {@code ./oml audit schedule}: audits that are ordered again and again. */
@Command(name = "schedule", description = "Set, list and remove schedules of audits.")
final class ScheduleCommand {

  @Spec private CommandSpec spec = CommandSpec.create();

  /** When a schedule orders audits. */
  static final class TimeOptions {

    @Option(
        names = "--every",
        paramLabel = "PERIOD",
        description = "mean gap between audits at random times, such as 6h or 30m")
    @Nullable String every;

    @Option(
        names = "--cron",
        paramLabel = "FIELDS",
        description =
            "fixed times in place of random ones: seconds, minutes, hours, day, month, weekday")
    @Nullable String cron;

    @Option(names = "--zone", paramLabel = "ZONE", description = "of all times (UTC)")
    @Nullable String zone;

    @Option(
        names = "--quiet",
        paramLabel = "FROM-UNTIL",
        description = "hours in which no audit begins, such as 22:00-06:00")
    @Nullable String quiet;
  }

  /** Sets a schedule. */
  @Command(
      name = "set",
      description = "Audit a host again and again; replaces its schedule at the same endpoint.")
  int set(
      @Mixin HomeOption home,
      @Parameters(paramLabel = "HOST", description = "the host's address, or its instance's id")
          String host,
      @Option(
              names = "--endpoint",
              required = true,
              paramLabel = "URL",
              description = "the API that is asked, without /v1")
          URI endpoint,
      @Mixin TargetOptions target,
      @Mixin TimeOptions times,
      @Option(
              names = "--keys-per-day",
              paramLabel = "N",
              description = "keys of the instance that a day may cost (four audits' worth)")
          @Nullable Integer keysPerDay) {
    ServiceClient prover = prover(home);
    Map<String, Object> wish =
        target.order(new Hosts(prover).instanceOf(host), endpoint.toString());
    wish.put("keysPerDay", keysPerDay == null ? 4 * target.keys() : keysPerDay);
    if ((times.every == null) == (times.cron == null)) {
      throw new ParameterException(spec.commandLine(), "Give either --every or --cron.");
    }
    putIfGiven(wish, "meanGap", times.every == null ? null : gap(times.every));
    putIfGiven(wish, "cron", times.cron);
    putIfGiven(wish, "zone", times.zone);
    if (times.quiet != null) {
      String[] ends = times.quiet.split("-", -1);
      if (ends.length != 2) {
        throw new ParameterException(spec.commandLine(), "--quiet is such as 22:00-06:00.");
      }
      wish.put("quietFrom", ends[0]);
      wish.put("quietUntil", ends[1]);
    }
    JsonNode set = prover.post("/v1/schedules", wish);
    System.out.println(
        set.required("scheduleId").asString() + "  next " + set.required("nextAt").asString());
    return 0;
  }

  private String gap(String period) {
    try {
      return Duration.parse(period.contains("d") ? "P" + period : "PT" + period).toString();
    } catch (DateTimeException e) {
      throw new ParameterException(spec.commandLine(), "--every is such as 6h or 30m.", e);
    }
  }

  private static void putIfGiven(Map<String, Object> wish, String name, @Nullable String value) {
    if (value != null) {
      wish.put(name, value);
    }
  }

  /** Lists the schedules. */
  @Command(name = "list", description = "List the schedules, the next one first.")
  int list(
      @Mixin HomeOption home,
      @Option(names = "--json", description = "one JSON object on stdout") boolean json) {
    JsonNode all = prover(home).get("/v1/schedules");
    Table table = new Table("schedule", "instance", "endpoint", "times", "next", "last");
    for (JsonNode one : all.required("schedules")) {
      table.row(
          one.required("scheduleId").asString(),
          one.required("instanceId").asString(),
          one.required("endpoint").asString(),
          one.path("cron").asString("every " + one.path("meanGap").asString("")),
          one.required("nextAt").asString(),
          one.path("lastOutcome").asString("-"));
    }
    System.out.print(json ? all + "\n" : table.render());
    return 0;
  }

  /** Removes a schedule. */
  @Command(name = "remove", description = "Remove a schedule; an audit under way goes on.")
  int remove(
      @Mixin HomeOption home,
      @Parameters(paramLabel = "ID", description = "the schedule's id") UUID scheduleId) {
    prover(home).delete("/v1/schedules/" + scheduleId);
    return 0;
  }

  private static ServiceClient prover(HomeOption home) {
    return new Foundation(home.platform(), OptionalLong.empty()).prover("community");
  }
}
