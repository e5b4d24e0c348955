package org.oml.prover.schedule;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.prover.ProverError;
import org.oml.prover.ProverSettings;
import org.oml.prover.target.Dialect;
import org.oml.servicekit.identity.Caller;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Where operators set schedules, see and remove them. */
@RestController
final class ScheduleEndpoints {

  private final ScheduleOffice office;
  private final ProverSettings settings;

  ScheduleEndpoints(ScheduleOffice office, ProverSettings settings) {
    this.office = office;
    this.settings = settings;
  }

  /**
   * @param meanGap ISO 8601, such as {@code PT6H}; or
   * @param cron six fields, from seconds on
   * @param zone such as {@code Europe/Berlin}, UTC if null
   * @param quietFrom such as {@code 22:00}
   * @param ofHost whether the endpoint is known to be the host's own; not, if null
   * @param keysPerDay the budget; at least the keys of one audit
   */
  record Wish(
      Bytes32 instanceId,
      String endpoint,
      @Nullable Dialect dialect,
      @Nullable Integer requestsPerMinute,
      int keys,
      int covers,
      @Nullable String meanGap,
      @Nullable String cron,
      @Nullable String zone,
      @Nullable String quietFrom,
      @Nullable String quietUntil,
      int keysPerDay,
      @Nullable Boolean ofHost) {}

  /** A schedule as it stands. */
  record View(
      UUID scheduleId,
      Bytes32 instanceId,
      String endpoint,
      @Nullable Dialect dialect,
      @Nullable Integer requestsPerMinute,
      int keys,
      int covers,
      @Nullable String meanGap,
      @Nullable String cron,
      String zone,
      @Nullable String quietFrom,
      @Nullable String quietUntil,
      int keysPerDay,
      Address createdBy,
      @Nullable UUID lastAudit,
      @Nullable String lastOutcome,
      @Nullable Instant lastAt,
      Instant nextAt) {

    static View of(AuditSchedule schedule) {
      ScheduleTimes times = schedule.times();
      return new View(
          schedule.scheduleId(),
          schedule.order().instanceId(),
          schedule.order().endpoint(),
          schedule.order().dialect(),
          schedule.order().requestsPerMinute(),
          schedule.order().keys(),
          schedule.order().covers(),
          text(times.meanGap()),
          times.cron(),
          times.zone().getId(),
          text(times.quietFrom()),
          text(times.quietUntil()),
          schedule.keysPerDay(),
          schedule.createdBy(),
          schedule.lastAudit(),
          schedule.lastOutcome(),
          schedule.lastAt(),
          schedule.nextAt());
    }

    private static @Nullable String text(@Nullable Object value) {
      return value == null ? null : value.toString();
    }
  }

  record Views(List<View> schedules) {}

  @PostMapping("/v1/schedules")
  View set(Caller caller, @RequestBody Wish wish) {
    caller.requireOneOf(settings.operatorAccounts(), ProverError.NOT_ALLOWED);
    return View.of(office.set(wish, caller.address()));
  }

  @GetMapping("/v1/schedules")
  Views all(Caller caller) {
    caller.requireOneOf(settings.operatorAccounts(), ProverError.NOT_ALLOWED);
    return new Views(office.all().stream().map(View::of).toList());
  }

  @DeleteMapping("/v1/schedules/{scheduleId}")
  View remove(Caller caller, @PathVariable UUID scheduleId) {
    caller.requireOneOf(settings.operatorAccounts(), ProverError.NOT_ALLOWED);
    return office
        .remove(scheduleId)
        .map(View::of)
        .orElseThrow(
            () ->
                new CodedException(
                    ProverError.SCHEDULE_UNKNOWN, "There is no schedule " + scheduleId + "."));
  }
}
