package org.oml.prover.audit;

import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Runs the audits that are not done, those of an earlier process first, a bounded number at a time.
 */
final class AuditWorker implements SmartLifecycle {

  private static final Logger LOG = LoggerFactory.getLogger(AuditWorker.class);
  private static final int ATTEMPTS = 5;
  private static final long RETRY_MILLIS = 2_000;

  private final AuditStore audits;
  private final AuditRunner runner;
  private final Semaphore places;
  private final Set<UUID> running = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private volatile boolean started;

  AuditWorker(AuditStore audits, AuditRunner runner, int concurrency) {
    this.audits = audits;
    this.runner = runner;
    this.places = new Semaphore(concurrency, true);
  }

  @Override
  public void start() {
    started = true;
    audits.unfinished().forEach(this::begin);
  }

  /** Carries out an audit that is planned; nothing happens if that is being done already. */
  void begin(UUID auditId) {
    if (running.add(auditId)) {
      threads.execute(() -> carryOut(auditId));
    }
  }

  @Override
  public void stop() {
    started = false;
    threads.shutdownNow();
    try {
      if (!threads.awaitTermination(10, TimeUnit.SECONDS)) {
        LOG.warn("Audits are still running; they go on at the next start");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean isRunning() {
    return started;
  }

  private void carryOut(UUID auditId) {
    try {
      places.acquire();
      try {
        runPatiently(auditId);
      } finally {
        places.release();
      }
    } catch (InterruptedException e) {
      LOG.info("Audit {} goes on at the next start", auditId);
      Thread.currentThread().interrupt();
    } finally {
      running.remove(auditId);
    }
  }

  /** The database may be away for a moment; beyond that the audit goes on at the next start. */
  private void runPatiently(UUID auditId) throws InterruptedException {
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      try {
        runner.run(auditId);
        return;
      } catch (RuntimeException e) {
        LOG.warn("Audit {} was interrupted, attempt {} of {}", auditId, attempt, ATTEMPTS, e);
        Thread.sleep(RETRY_MILLIS * attempt);
      }
    }
  }
}
