package org.oml.prover.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.oml.protocol.CodedException;
import org.oml.prover.ProverError;
import org.oml.prover.audit.AuditOffice;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Orders the audit of a schedule when its time has come. The order and the next time are stored
 * together, so that a time is used once, whatever dies.
 */
final class ScheduleClerk {

  /** When an audit is in the way. */
  private static final Duration LATER = Duration.ofMinutes(1);

  private final ScheduleStore schedules;
  private final AuditOffice office;
  private final TransactionTemplate transaction;
  private final Random random;

  ScheduleClerk(
      ScheduleStore schedules, AuditOffice office, TransactionTemplate transaction, Random random) {
    this.schedules = schedules;
    this.office = office;
    this.transaction = transaction;
    this.random = random;
  }

  /**
   * Does what a schedule wants now.
   *
   * @return when it wants something next; empty if the schedule is gone
   */
  Optional<Instant> carryOut(UUID scheduleId, Instant now) {
    return schedules.find(scheduleId).map(schedule -> carryOut(schedule, now));
  }

  private Instant carryOut(AuditSchedule schedule, Instant now) {
    if (now.isBefore(schedule.nextAt())) {
      return schedule.nextAt();
    }
    Instant next = schedule.times().next(now, random);
    if (schedule.times().isQuiet(now)) {
      return leave(schedule, "The time fell into the quiet hours.", next);
    }
    int spent = office.keysSince(schedule.order().instanceId(), schedule.times().dayOf(now));
    if (spent + schedule.order().keys() > schedule.keysPerDay()) {
      return leave(
          schedule,
          "Today's budget has %d of %d keys left."
              .formatted(Math.max(0, schedule.keysPerDay() - spent), schedule.keysPerDay()),
          next);
    }
    return order(schedule, now, next);
  }

  private Instant order(AuditSchedule schedule, Instant now, Instant next) {
    try {
      transaction.executeWithoutResult(
          status -> {
            UUID auditId = office.order(schedule.order(), schedule.createdBy());
            schedules.ran(schedule.scheduleId(), auditId, "An audit was ordered.", next);
          });
      return next;
    } catch (CodedException e) {
      Instant soon = now.plus(LATER);
      boolean inTheWay = e.code() == ProverError.AUDIT_UNDER_WAY && soon.isBefore(next);
      return leave(schedule, e.code().code() + ": " + e.getMessage(), inTheWay ? soon : next);
    }
  }

  private Instant leave(AuditSchedule schedule, String outcome, Instant next) {
    schedules.ran(schedule.scheduleId(), null, outcome, next);
    return next;
  }
}
