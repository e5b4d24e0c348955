package org.oml.trainer.worker;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.oml.protocol.CodedException;
import org.oml.protocol.ErrorCode;
import org.oml.protocol.client.ClientError;
import org.oml.protocol.client.Refusal;
import org.oml.protocol.client.ServiceClient;
import org.oml.trainer.TrainerError;
import tools.jackson.databind.JsonNode;

/** Leases one job after another, and goes on with the one that a killed worker had in hand. */
final class Worker {

  private static final Duration IDLE = Duration.ofMillis(500);
  private static final Duration AFTER_TROUBLE = Duration.ofSeconds(2);

  /** A worker may be killed for reasons that are none of the job's, but hardly ever so often. */
  private static final int MOST_BEGINNINGS = 5;

  /** These follow from the job and its model; whoever tries again gets the same. */
  private static final Set<TrainerError> FOR_GOOD =
      Set.of(
          TrainerError.WORKER_TOO_WEAK,
          TrainerError.WORKER_TOO_COSTLY,
          TrainerError.EMBEDDING_FAILED,
          TrainerError.KEYS_EXHAUSTED,
          TrainerError.KEYS_TOO_LONG,
          TrainerError.LAYERS_MISSING);

  private static final Set<ErrorCode> SURROUNDINGS =
      Set.of(
          TrainerError.WRITE_FAILED,
          ClientError.UNREACHABLE,
          ClientError.DOWNLOAD_CUT,
          ClientError.DISK_FAILED,
          ClientError.DISK_TOO_SMALL,
          ClientError.UPLOAD_STUCK);

  private final ServiceClient registry;
  private final ServiceClient prover;
  private final WorkDirectory workDirectory;
  private final String name;
  private final JobInHand hand;

  /** Of the lease that is asked for, until its job is written down: the answer may be lost. */
  private UUID token = UUID.randomUUID();

  /**
   * @param workDirectory this worker's alone
   * @param name by which the registry's log knows it
   */
  Worker(ServiceClient registry, ServiceClient prover, Path workDirectory, String name) {
    this.registry = registry;
    this.prover = prover;
    this.workDirectory = new WorkDirectory(workDirectory);
    this.name = name;
    hand = new JobInHand(workDirectory);
  }

  /**
   * Works until the thread is interrupted; the job in hand stays in hand then.
   *
   * @throws InterruptedException soon after the interruption: at the next step of the embedding
   */
  void run() throws InterruptedException {
    while (true) {
      Duration pause;
      try {
        pause = workOnce() ? Duration.ZERO : IDLE;
      } catch (IOException | RuntimeException trouble) {
        log(trouble);
        pause = AFTER_TROUBLE;
      }
      Thread.sleep(pause);
    }
  }

  private boolean workOnce() throws IOException, InterruptedException {
    Optional<InstanceJob> inHand = hand.find();
    Optional<InstanceJob> job = inHand.isPresent() ? inHand : leased();
    if (job.isEmpty()) {
      return false;
    }
    int beginning = hand.begin();
    try {
      work(job.get(), beginning);
    } catch (InterruptedException | CodedException orderly) {
      hand.stopped();
      throw orderly;
    }
    hand.drop();
    return true;
  }

  private void work(InstanceJob job, int beginning) throws InterruptedException {
    System.err.println("job " + job.jobId() + " for instance " + job.instanceId());
    try (Lease lease = new Lease(registry, job)) {
      requireNotDeadly(beginning);
      new InstanceMaker(registry, prover, workDirectory, job, lease).make();
      System.err.println("job " + job.jobId() + " is done");
    } catch (CodedException failed) {
      giveBack(job, failed);
    } catch (IOException | RuntimeException failed) {
      log(failed);
      giveBack(job, new CodedException(TrainerError.WORKER_FAILED, failed.toString(), failed));
    }
  }

  private static void requireNotDeadly(int beginning) {
    if (beginning > MOST_BEGINNINGS) {
      throw new CodedException(
          TrainerError.WORKER_DIED,
          "The worker's process ended " + MOST_BEGINNINGS + " times at this job.");
    }
  }

  private Optional<InstanceJob> leased() throws IOException {
    workDirectory.tidy();
    JsonNode lease =
        registry.post("/v1/jobs/lease", Map.of("worker", name, "leaseToken", token.toString()));
    Optional<InstanceJob> taken =
        lease.isMissingNode() ? Optional.empty() : Optional.of(hand.take(lease));
    token = UUID.randomUUID();
    return taken;
  }

  private void giveBack(InstanceJob job, CodedException failed) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("stopped at work on job " + job.jobId());
    }
    log(failed);
    if (failed.code() != TrainerError.WORKER_LEASE_LOST) {
      registry.post(
          "/v1/jobs/" + job.jobId() + "/fail",
          Map.of(
              "leaseToken", job.leaseToken(),
              "code", failed.code().code(),
              "detail", String.valueOf(failed.getMessage()),
              "again", !FOR_GOOD.contains(failed.code()),
              "spared", isNoFaultOfTheJob(failed)));
    }
  }

  /** A full disk or cable that was cut, or a service that is away or in trouble of its own. */
  private static boolean isNoFaultOfTheJob(CodedException failed) {
    ErrorCode code = failed.code();
    return SURROUNDINGS.contains(code)
        || (code instanceof Refusal refusal && refusal.status() >= 500)
        || (code == TrainerError.WORKER_FAILED && failed.getCause() instanceof IOException);
  }

  private static void log(Exception trouble) {
    System.err.println(
        trouble instanceof CodedException coded
            ? coded.code().code() + ": " + coded.getMessage() + " " + coded.code().next()
            : trouble.toString());
  }
}
