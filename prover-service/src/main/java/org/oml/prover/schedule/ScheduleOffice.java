package org.oml.prover.schedule;

import com.github.kagkarlsson.scheduler.SchedulerClient;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.oml.protocol.Address;
import org.oml.protocol.CodedException;
import org.oml.prover.ProverError;
import org.oml.prover.audit.AuditOffice;
import org.oml.prover.audit.AuditOrder;
import org.oml.prover.audit.AuditSettings;
import org.oml.prover.target.Dialect;
import org.oml.prover.target.Endpoint;
import org.springframework.transaction.support.TransactionTemplate;

/** Takes schedules, each with its task. */
final class ScheduleOffice {

  private final ScheduleStore schedules;
  private final AuditOffice audits;
  private final AuditSettings settings;
  private final SchedulerClient scheduler;
  private final TransactionTemplate transaction;
  private final Clock clock;
  private final Random random;

  ScheduleOffice(
      ScheduleStore schedules,
      AuditOffice audits,
      AuditSettings settings,
      SchedulerClient scheduler,
      TransactionTemplate transaction,
      Clock clock,
      Random random) {
    this.schedules = schedules;
    this.audits = audits;
    this.settings = settings;
    this.scheduler = scheduler;
    this.transaction = transaction;
    this.clock = clock;
    this.random = random;
  }

  /**
   * Sets a schedule, in place of one for the same instance and endpoint.
   *
   * @throws CodedException when it could never order an audit
   */
  AuditSchedule set(ScheduleEndpoints.Wish wish, Address by) {
    ScheduleTimes times =
        ScheduleTimes.parse(
            wish.meanGap(), wish.cron(), wish.zone(), wish.quietFrom(), wish.quietUntil());
    Dialect dialect = wish.dialect() == null ? Dialect.OPENAI : wish.dialect();
    int pace =
        wish.requestsPerMinute() == null ? settings.requestsPerMinute() : wish.requestsPerMinute();
    AuditOrder order =
        new AuditOrder(
            wish.instanceId(),
            Endpoint.parse(wish.endpoint()).toString(),
            wish.keys(),
            wish.covers(),
            null,
            dialect,
            pace,
            wish.ofHost());
    audits.requireSound(order);
    if (wish.keysPerDay() < wish.keys()) {
      throw new CodedException(
          ProverError.SCHEDULE_MALFORMED, "A day's budget is smaller than one audit's keys.");
    }
    AuditSchedule schedule =
        new AuditSchedule(
            UUID.randomUUID(),
            order,
            times,
            wish.keysPerDay(),
            by,
            null,
            null,
            null,
            times.next(clock.instant(), random));
    UUID stored =
        transaction.execute(
            status -> {
              UUID scheduleId = schedules.put(schedule, dialect, pace);
              ScheduleTask.set(scheduler, scheduleId, schedule.nextAt());
              return scheduleId;
            });
    return schedules.find(stored).orElseThrow();
  }

  List<AuditSchedule> all() {
    return schedules.all();
  }

  /** Its task ends by itself when it finds nothing. */
  Optional<AuditSchedule> remove(UUID scheduleId) {
    Optional<AuditSchedule> found = schedules.find(scheduleId);
    return schedules.remove(scheduleId) ? found : Optional.empty();
  }
}
