package org.oml.trainer.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.oml.protocol.CodedException;
import org.oml.protocol.client.ServiceClient;
import org.oml.trainer.TrainerError;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * Leases one job after another. The job in hand is kept in a file, so that a worker that was killed
 * takes it up again as soon as it runs, instead of waiting until its own lease has run out.
 */
final class Worker {

  private static final Duration IDLE = Duration.ofMillis(500);
  private static final Duration AFTER_TROUBLE = Duration.ofSeconds(2);

  private final ServiceClient registry;
  private final ServiceClient prover;
  private final Path workDirectory;
  private final String name;
  private final Path jobInHand;
  private final ObjectMapper json = new ObjectMapper();

  /**
   * @param workDirectory this worker's alone
   * @param name by which the registry's log knows it
   */
  Worker(ServiceClient registry, ServiceClient prover, Path workDirectory, String name) {
    this.registry = registry;
    this.prover = prover;
    this.workDirectory = workDirectory;
    this.name = name;
    jobInHand = workDirectory.resolve("job.json");
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
      } catch (CodedException | IOException trouble) {
        log(trouble);
        pause = AFTER_TROUBLE;
      }
      Thread.sleep(pause);
    }
  }

  private boolean workOnce() throws IOException, InterruptedException {
    Optional<InstanceJob> inHand = resumed();
    Optional<InstanceJob> job = inHand.isPresent() ? inHand : leased();
    if (job.isEmpty()) {
      return false;
    }
    System.err.println("job " + job.get().jobId() + " for instance " + job.get().instanceId());
    try (Lease lease = new Lease(registry, job.get())) {
      new InstanceMaker(registry, prover, workDirectory, job.get(), lease).make();
      System.err.println("job " + job.get().jobId() + " is done");
    } catch (CodedException failed) {
      giveBack(job.get(), failed);
    } catch (IOException | RuntimeException failed) {
      log(failed);
      giveBack(
          job.get(), new CodedException(TrainerError.WORKER_FAILED, failed.toString(), failed));
    }
    Files.deleteIfExists(jobInHand);
    return true;
  }

  private Optional<InstanceJob> resumed() throws IOException {
    if (!Files.exists(jobInHand)) {
      return Optional.empty();
    }
    try {
      return Optional.of(InstanceJob.of(json.readTree(Files.readAllBytes(jobInHand))));
    } catch (JacksonException damaged) {
      Files.delete(jobInHand);
      return Optional.empty();
    }
  }

  private Optional<InstanceJob> leased() throws IOException {
    JsonNode lease = registry.post("/v1/jobs/lease", Map.of("worker", name));
    if (lease.isMissingNode()) {
      return Optional.empty();
    }
    keep(lease);
    return Optional.of(InstanceJob.of(lease));
  }

  /** The lease holds the secret of the fingerprints: the file is its owner's alone. */
  private void keep(JsonNode lease) throws IOException {
    Path incomplete = workDirectory.resolve("job.json.incomplete");
    Files.deleteIfExists(incomplete);
    Files.createFile(
        incomplete,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.write(incomplete, json.writeValueAsBytes(lease));
    Files.move(incomplete, jobInHand, StandardCopyOption.ATOMIC_MOVE);
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
              "detail", String.valueOf(failed.getMessage())));
    }
  }

  private static void log(Exception trouble) {
    System.err.println(
        trouble instanceof CodedException coded
            ? coded.code().code() + ": " + coded.getMessage() + " " + coded.code().next()
            : trouble.toString());
  }
}
