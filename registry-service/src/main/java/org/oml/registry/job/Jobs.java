package org.oml.registry.job;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.registry.RegistryError;
import org.oml.registry.RegistryProperties;
import org.oml.registry.blob.Checkpoints;
import org.oml.registry.instance.Instance;
import org.oml.registry.instance.Instances;
import org.oml.registry.instance.Progress;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The jobs of making instances. A worker holds a job as long as its heartbeats come; one that went
 * silent loses it to the next that asks, and after a number of tries the instance has failed. A
 * lease that ran out while nobody asked is still its worker's: the registry may have been away. All
 * times are the database's, so that several registries agree.
 */
@Component
public final class Jobs {

  private static final String HELD =
      " where job_id = :id and state = 'LEASED' and lease_token = :token and worker = :worker";

  /** Of how many tries that were no fault of the job it is believed. */
  private static final int MOST_SPARED = 100;

  private static final String OPEN = "('QUEUED', 'LEASED')";

  private final JdbcClient database;
  private final TransactionTemplate transaction;
  private final Instances instances;
  private final Seeds seeds;
  private final Checkpoints checkpoints;
  private final TrainingHistory history;
  private final Duration lease;
  private final int tries;

  Jobs(
      JdbcClient database,
      TransactionTemplate transaction,
      Instances instances,
      Seeds seeds,
      Checkpoints checkpoints,
      TrainingHistory history,
      RegistryProperties properties) {
    this.database = database;
    this.transaction = transaction;
    this.instances = instances;
    this.seeds = seeds;
    this.checkpoints = checkpoints;
    this.history = history;
    this.lease = properties.lease();
    this.tries = properties.tries();
  }

  /** Adds the job of making an instance that was just added. */
  public void add(Bytes32 instanceId) {
    Bytes32 modelId = instances.find(instanceId).orElseThrow().licence().modelId();
    database
        .sql(
            """
            insert into job (job_id, instance_id, state, seed)
            values (:job, :instance, 'QUEUED', :seed)
            """)
        .param("job", UUID.randomUUID())
        .param("instance", instanceId.toBytes())
        .param("seed", seeds.draw(modelId, instances.countOf(modelId)).toBytes())
        .update();
  }

  /**
   * Gives a worker the job that has waited longest, if one waits, or once more the one that it
   * holds by this token.
   *
   * @param describe what the worker is told; where it fails nothing was leased, and no try is lost
   */
  <T> Optional<T> lease(Address worker, String name, UUID token, Function<LeasedJob, T> describe) {
    return transaction.execute(
        status -> {
          oneAtATime(token);
          giveUpOnSilentWorkers();
          Optional<LeasedJob> leased = again(worker, token).or(() -> take(worker, name, token));
          leased.ifPresent(job -> instances.training(job.instanceId()));
          return leased.map(describe);
        });
  }

  /** A worker that asks again may do so before the first call has ended. */
  private void oneAtATime(UUID token) {
    database
        .sql("select pg_advisory_xact_lock(:token)")
        .param("token", token.getMostSignificantBits() ^ token.getLeastSignificantBits())
        .query((row, number) -> true)
        .single();
  }

  /** Prolongs nothing: a worker that never begins is to lose the job to one that asks later. */
  private Optional<LeasedJob> again(Address worker, UUID token) {
    return database
        .sql(
            """
            select job_id, instance_id, seed, lease_token, leased_until from job
            where state = 'LEASED' and lease_token = :token and worker = :worker
            """)
        .param("worker", worker.toBytes())
        .param("token", token)
        .query(Jobs::leased)
        .optional();
  }

  private Optional<LeasedJob> take(Address worker, String name, UUID token) {
    return database
        .sql(
            """
            update job set state = 'LEASED', attempt = attempt + 1, worker = :worker,
              worker_name = :name, lease_token = :token,
              leased_until = now() + make_interval(secs => :lease)
            where job_id = (
              select job_id from job
              where (state = 'QUEUED' and not_before <= now())
                or (state = 'LEASED' and leased_until < now())
              order by created_at
              for update skip locked
              limit 1)
            returning job_id, instance_id, seed, lease_token, leased_until
            """)
        .param("worker", worker.toBytes())
        .param("name", name)
        .param("token", token)
        .param("lease", (double) lease.toSeconds())
        .query(Jobs::leased)
        .optional();
  }

  private static LeasedJob leased(ResultSet row, int number) throws SQLException {
    return new LeasedJob(
        row.getObject("job_id", UUID.class),
        Bytes32.of(row.getBytes("instance_id")),
        Bytes32.of(row.getBytes("seed")),
        row.getObject("lease_token", UUID.class),
        row.getObject("leased_until", OffsetDateTime.class).toInstant());
  }

  private record Lost(UUID jobId, Bytes32 instanceId) {}

  private void giveUpOnSilentWorkers() {
    List<Lost> lost =
        database
            .sql(
                """
                update job set state = 'FAILED'
                where job_id in (
                  select job_id from job
                  where state = 'LEASED' and leased_until < now()
                    and attempt - spared >= :tries
                  for update skip locked)
                returning job_id, instance_id
                """)
            .param("tries", tries)
            .query(
                (row, number) ->
                    new Lost(
                        row.getObject("job_id", UUID.class),
                        Bytes32.of(row.getBytes("instance_id"))))
            .list();
    for (Lost job : lost) {
      failed(job.jobId(), job.instanceId(), "The workers fell silent, " + tries + " times.");
    }
  }

  private void failed(UUID jobId, Bytes32 instanceId, String reason) {
    instances.failed(instanceId, reason);
    checkpoints.remove(jobId);
  }

  /** Prolongs a lease and tells how far the worker is. */
  Instant heartbeat(UUID jobId, UUID token, Address worker, Progress progress) {
    return transaction.execute(
        status -> {
          OffsetDateTime until =
              held(
                      "update job set leased_until = now() + make_interval(secs => :lease)"
                          + HELD
                          + " returning leased_until",
                      jobId,
                      token,
                      worker)
                  .param("lease", (double) lease.toSeconds())
                  .query(OffsetDateTime.class)
                  .optional()
                  .orElseThrow(Jobs::leaseLost);
          instances.progress(instanceOf(jobId), progress);
          history.note(jobId, progress);
          return until.toInstant();
        });
  }

  /**
   * The instance that a held job makes.
   *
   * @throws CodedException {@link RegistryError#LEASE_LOST}
   */
  Instance held(UUID jobId, UUID token, Address worker) {
    return held("select instance_id from job" + HELD, jobId, token, worker)
        .query((row, number) -> Bytes32.of(row.getBytes(1)))
        .optional()
        .flatMap(instances::find)
        .orElseThrow(Jobs::leaseLost);
  }

  /** Does something for a held job that nobody else can take meanwhile. */
  void whileHeld(UUID jobId, UUID token, Address worker, Runnable action) {
    transaction.executeWithoutResult(
        status -> {
          if (held("select 1 from job" + HELD + " for update", jobId, token, worker)
              .query(Integer.class)
              .optional()
              .isEmpty()) {
            throw leaseLost();
          }
          action.run();
        });
  }

  /** Removes the checkpoints that a killed registry left of jobs that have ended. */
  public void forgetEnded() {
    for (UUID jobId : checkpoints.jobs()) {
      boolean open =
          database
              .sql("select exists (select from job where job_id = :id and state in " + OPEN + ")")
              .param("id", jobId)
              .query(Boolean.class)
              .single();
      if (!open) {
        checkpoints.remove(jobId);
      }
    }
  }

  /** Whether a worker holds a job at present. */
  boolean isHeldBy(UUID jobId, Address worker) {
    return database
        .sql(
            """
            select exists (select from job where job_id = :id and state = 'LEASED'
              and worker = :worker)
            """)
        .param("id", jobId)
        .param("worker", worker.toBytes())
        .query(Boolean.class)
        .single();
  }

  /** Ends a held job; called within {@link #whileHeld}. */
  void done(UUID jobId) {
    database.sql("update job set state = 'DONE' where job_id = :id").param("id", jobId).update();
  }

  /** Whether this very lease ended with a result. */
  boolean isDone(UUID jobId, UUID token, Address worker) {
    return held(
            """
            select exists (select from job where job_id = :id and state = 'DONE'
              and lease_token = :token and worker = :worker)
            """,
            jobId,
            token,
            worker)
        .query(Boolean.class)
        .single();
  }

  /** A held job has a checkpoint: tries that bring it further do not count. */
  void wentOn(UUID jobId) {
    database
        .sql(
            """
            update job set spared = greatest(spared, least(attempt - 1, :most))
            where job_id = :id
            """)
        .param("most", MOST_SPARED)
        .param("id", jobId)
        .update();
  }

  /** How a try that failed counts. */
  enum Try {
    /** Another would come out the same. */
    LAST,
    /** Another may come out otherwise, until there were too many. */
    COUNTED,
    /**
     * It was no fault of the job: another follows after a pause, the longer the more there were.
     */
    SPARED
  }

  /** A worker gives up. */
  void fail(UUID jobId, UUID token, Address worker, String reason, Try tried) {
    whileHeld(
        jobId,
        token,
        worker,
        () -> {
          Bytes32 instanceId = instanceOf(jobId);
          boolean last =
              database
                  .sql(
                      """
                      with tried as (
                        select case when :spared and spared < :most then 1 else 0 end as spared
                        from job where job_id = :id)
                      update job set
                        state = case
                          when :last or attempt - job.spared - tried.spared >= :tries then 'FAILED'
                          else 'QUEUED' end,
                        spared = job.spared + tried.spared,
                        not_before = now()
                          + tried.spared * least(20, job.spared + 1) * make_interval(secs => :pause),
                        lease_token = null
                      from tried
                      where job_id = :id returning state = 'FAILED'
                      """)
                  .param("tries", tries)
                  .param("last", tried == Try.LAST)
                  .param("spared", tried == Try.SPARED)
                  .param("most", MOST_SPARED)
                  .param("pause", (double) lease.toSeconds() / 2)
                  .param("id", jobId)
                  .query(Boolean.class)
                  .single();
          if (last) {
            failed(jobId, instanceId, reason);
          } else {
            instances.queued(instanceId, reason);
          }
        });
  }

  private Bytes32 instanceOf(UUID jobId) {
    return database
        .sql("select instance_id from job where job_id = :id")
        .param("id", jobId)
        .query((row, number) -> Bytes32.of(row.getBytes(1)))
        .single();
  }

  private JdbcClient.StatementSpec held(String sql, UUID jobId, UUID token, Address worker) {
    return database
        .sql(sql)
        .param("id", jobId)
        .param("token", token)
        .param("worker", worker.toBytes());
  }

  private static CodedException leaseLost() {
    return new CodedException(
        RegistryError.LEASE_LOST, "This worker does not hold the job, or holds it no longer.");
  }
}
