package org.oml.prover.schedule;

import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** One task of db-scheduler for each schedule; in a cluster, one process at a time has it. */
final class ScheduleTask {

  private static final TaskDescriptor<Void> SCHEDULE = TaskDescriptor.of("audit-schedule");
  private static final Duration RETRY = Duration.ofSeconds(30);

  /** Before audits, which may take hours and would keep a schedule waiting. */
  private static final int FIRST = 100;

  private ScheduleTask() {}

  /** Lets a schedule run at its next time, in place of the one before. */
  static void set(SchedulerClient client, UUID scheduleId, Instant at) {
    if (!client.scheduleIfNotExists(
        SCHEDULE.instance(scheduleId.toString()).priority(FIRST).build(), at)) {
      client.reschedule(SCHEDULE.instanceId(scheduleId.toString()), at);
    }
  }

  static Task<Void> carriedOutBy(ScheduleClerk clerk, Clock clock) {
    return Tasks.custom(SCHEDULE)
        .defaultPriority(FIRST)
        .onDeadExecutionRevive()
        .onFailure((done, operations) -> operations.reschedule(done, clock.instant().plus(RETRY)))
        .execute(
            (instance, context) ->
                completed(clerk.carryOut(UUID.fromString(instance.getId()), clock.instant())));
  }

  private static CompletionHandler<Void> completed(Optional<Instant> next) {
    return (done, operations) ->
        next.ifPresentOrElse(at -> operations.reschedule(done, at), operations::remove);
  }
}
