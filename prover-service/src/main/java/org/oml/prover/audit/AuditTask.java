package org.oml.prover.audit;

import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out the audits that are not done, each by one process of the cluster: db-scheduler holds
 * the leases. An audit of a process that died, or was stopped, goes on in whichever is there.
 */
final class AuditTask {

  private static final Logger LOG = LoggerFactory.getLogger(AuditTask.class);
  private static final TaskDescriptor<Void> AUDIT = TaskDescriptor.of("audit");
  private static final Duration RETRY = Duration.ofSeconds(5);

  private AuditTask() {}

  /** Lets an audit begin as soon as its plan is committed; nothing happens if it has begun. */
  static void begin(SchedulerClient client, UUID auditId) {
    client.scheduleIfNotExists(AUDIT.instance(auditId.toString()).build(), Instant.now());
  }

  static Task<Void> carriedOutBy(AuditRunner runner) {
    return Tasks.custom(AUDIT)
        .onDeadExecutionRevive()
        .onFailure((done, operations) -> operations.reschedule(done, Instant.now().plus(RETRY)))
        .execute((instance, context) -> carryOut(runner, UUID.fromString(instance.getId())));
  }

  private static CompletionHandler<Void> carryOut(AuditRunner runner, UUID auditId) {
    try {
      runner.run(auditId);
      return (done, operations) -> operations.remove();
    } catch (InterruptedException e) {
      LOG.info("Audit {} goes on elsewhere, or at the next start", auditId);
      return (done, operations) -> operations.reschedule(done, Instant.now());
    }
  }
}
