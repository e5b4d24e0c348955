package org.oml.registry.job;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.registry.RegistryError;
import org.oml.registry.blob.Checkpoints;
import org.oml.registry.instance.InstanceState;
import org.oml.registry.instance.Instances;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Jobs as whoever runs the platform sees them, ends them and has them tried again. */
@Component
final class JobOversight {

  private static final int MOST = 200;
  private static final String JOB =
      """
      select j.job_id, j.state, j.attempt, j.worker, j.worker_name, j.leased_until, j.created_at, i.instance_id,
        i.model_id, m.name, i.host, i.state as instance_state, i.step, i.share, i.detail
      from job j join instance i on i.instance_id = j.instance_id join model m on m.model_id = i.model_id
      """;

  private final JdbcClient database;
  private final TransactionTemplate transaction;
  private final Instances instances;
  private final Checkpoints checkpoints;

  JobOversight(
      JdbcClient database,
      TransactionTemplate transaction,
      Instances instances,
      Checkpoints checkpoints) {
    this.database = database;
    this.transaction = transaction;
    this.instances = instances;
    this.checkpoints = checkpoints;
  }

  /** The newest 200. */
  List<JobRecord> recent() {
    return database
        .sql(JOB + " order by j.created_at desc limit :most")
        .param("most", MOST)
        .query((row, number) -> read(row))
        .list();
  }

  /**
   * @throws CodedException {@link RegistryError#JOB_UNKNOWN}
   */
  JobRecord get(UUID jobId) {
    return database
        .sql(JOB + " where j.job_id = :id")
        .param("id", jobId)
        .query((row, number) -> read(row))
        .optional()
        .orElseThrow(
            () -> new CodedException(RegistryError.JOB_UNKNOWN, "There is no job " + jobId + "."));
  }

  /**
   * Ends a job for good, or until somebody has it tried again. Its worker hears of it with its next
   * heartbeat.
   *
   * @throws CodedException {@link RegistryError#JOB_UNKNOWN} or {@link RegistryError#JOB_ENDED}
   */
  void cancel(UUID jobId) {
    change(
        jobId,
        "update job set state = 'FAILED', lease_token = null where job_id = :id and state in"
            + " ('QUEUED', 'LEASED')",
        RegistryError.JOB_ENDED,
        instanceId -> {
          instances.failed(instanceId, "An admin cancelled it.");
          checkpoints.remove(jobId);
        });
  }

  /**
   * Has a failed job tried again, with all its tries.
   *
   * @throws CodedException {@link RegistryError#JOB_UNKNOWN} or {@link
   *     RegistryError#JOB_NOT_FAILED}
   */
  void retry(UUID jobId) {
    change(
        jobId,
        "update job set state = 'QUEUED', attempt = 0, spared = 0, lease_token = null,"
            + " leased_until = null where job_id = :id and state = 'FAILED'",
        RegistryError.JOB_NOT_FAILED,
        instances::queuedAgain);
  }

  private interface Then {
    void accept(Bytes32 instanceId);
  }

  private void change(UUID jobId, String update, RegistryError otherwise, Then then) {
    JobRecord job = get(jobId);
    transaction.executeWithoutResult(
        status -> {
          if (database.sql(update).param("id", jobId).update() == 0) {
            throw new CodedException(
                otherwise, "The job " + jobId + " is " + get(jobId).state() + ".");
          }
          then.accept(job.instanceId());
        });
  }

  private static JobRecord read(ResultSet row) throws SQLException {
    byte @Nullable [] worker = row.getBytes("worker");
    OffsetDateTime leasedUntil = row.getObject("leased_until", OffsetDateTime.class);
    return new JobRecord(
        row.getObject("job_id", UUID.class),
        JobState.valueOf(row.getString("state")),
        row.getInt("attempt"),
        worker == null ? null : Address.of(worker),
        row.getString("worker_name"),
        leasedUntil == null ? null : leasedUntil.toInstant(),
        row.getObject("created_at", OffsetDateTime.class).toInstant(),
        Bytes32.of(row.getBytes("instance_id")),
        Bytes32.of(row.getBytes("model_id")),
        row.getString("name"),
        Address.of(row.getBytes("host")),
        InstanceState.valueOf(row.getString("instance_state")),
        row.getString("step"),
        row.getObject("share", Double.class),
        row.getString("detail"));
  }
}
