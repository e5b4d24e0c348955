package org.oml.trainer.worker;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.oml.protocol.CodedException;
import org.oml.protocol.client.Refusal;
import org.oml.protocol.client.ServiceClient;
import org.oml.trainer.TrainerError;
import org.oml.trainer.fingerprint.EmbeddingProgress;

/** Keeps a job while it is worked on, and tells the registry how far it is. */
final class Lease implements AutoCloseable {

  private static final Duration HEARTBEAT = Duration.ofSeconds(1);

  private final ServiceClient registry;
  private final InstanceJob job;
  private final ScheduledExecutorService heart =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("heartbeat").factory());
  private volatile Map<String, Object> progress = Map.of();
  private volatile boolean lost;

  /**
   * Takes up a job that is held.
   *
   * @throws CodedException {@link TrainerError#WORKER_LEASE_LOST} if it is not held
   */
  Lease(ServiceClient registry, InstanceJob job) {
    this.registry = registry;
    this.job = job;
    Optional<CodedException> _ = beat();
    requireHeld();
    ScheduledFuture<?> _ =
        heart.scheduleWithFixedDelay(
            this::beat, HEARTBEAT.toMillis(), HEARTBEAT.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Remembers what the next heartbeat tells.
   *
   * @param share of the step that is done, 0 to 1
   * @throws CodedException {@link TrainerError#WORKER_LEASE_LOST}, so that nobody works for
   *     nothing, and {@link TrainerError#WORKER_STOPPED} when the thread is interrupted: the native
   *     library must not be left in the middle of a call
   */
  void progress(String step, double share, String detail) {
    tell(Map.of("step", step, "share", share, "detail", detail));
  }

  /** The same of the training itself, with what its curve is drawn from. */
  void progress(EmbeddingProgress done) {
    if (!Double.isFinite(done.loss())) {
      progress("embedding", done.share(), done.line());
      return;
    }
    tell(
        Map.of(
            "step", "embedding",
            "share", done.share(),
            "detail", done.line(),
            "loss", done.loss(),
            "learnt", done.learnt()));
  }

  private void tell(Map<String, Object> told) {
    requireHeld();
    if (Thread.currentThread().isInterrupted()) {
      throw new CodedException(TrainerError.WORKER_STOPPED, "The worker was told to stop.");
    }
    progress = told;
  }

  private void requireHeld() {
    if (lost) {
      throw new CodedException(
          TrainerError.WORKER_LEASE_LOST, "The job " + job.jobId() + " is no longer held.");
    }
  }

  /**
   * Asks the registry, before what cannot be taken back.
   *
   * @throws CodedException {@link TrainerError#WORKER_LEASE_LOST}, or whatever keeps the registry
   *     from answering
   */
  void confirm() {
    Optional<CodedException> trouble = beat();
    requireHeld();
    if (trouble.isPresent()) {
      throw trouble.get();
    }
  }

  private Optional<CodedException> beat() {
    try {
      registry.post(
          "/v1/jobs/" + job.jobId() + "/heartbeat",
          Map.of("leaseToken", job.leaseToken(), "progress", progress));
      return Optional.empty();
    } catch (CodedException refused) {
      // What is merely away comes back; the work goes on meanwhile.
      lost |= refused.code() instanceof Refusal refusal && refusal.status() < 500;
      return Optional.of(refused);
    } catch (RuntimeException unexpected) {
      // A heartbeat that ends with an exception would be the last.
      return Optional.of(
          new CodedException(
              TrainerError.WORKER_FAILED,
              "The heartbeat failed: " + unexpected.getClass().getSimpleName() + ".",
              unexpected));
    }
  }

  @Override
  public void close() {
    heart.shutdownNow();
  }
}
