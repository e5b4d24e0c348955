package org.oml.prover.evidence;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.CodedException;
import org.oml.prover.ProverError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Takes every open case a step further, over and over; one case that is stuck does not hold up
 * another.
 */
final class CaseWorker implements SmartLifecycle {

  private static final Logger LOG = LoggerFactory.getLogger(CaseWorker.class);

  private final CaseStore cases;
  private final CaseSteps steps;
  private final Duration poll;
  private volatile @Nullable Thread thread;

  CaseWorker(CaseStore cases, CaseSteps steps, Duration poll) {
    this.cases = cases;
    this.steps = steps;
    this.poll = poll;
  }

  @Override
  public void start() {
    // Known as running before it runs: its loop asks.
    Thread started = Thread.ofVirtual().name("cases").unstarted(this::work);
    thread = started;
    started.start();
  }

  @Override
  public void stop() {
    Thread running = thread;
    thread = null;
    if (running != null) {
      LockSupport.unpark(running);
      try {
        running.join(Duration.ofSeconds(10));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public boolean isRunning() {
    return thread != null;
  }

  private void work() {
    while (isRunning()) {
      try {
        cases.unfinished().forEach(this::advance);
      } catch (RuntimeException e) {
        LOG.warn("The open cases cannot be read; trying again", e);
      }
      LockSupport.parkNanos(poll.toNanos());
    }
  }

  private void advance(PenaltyCase current) {
    try {
      steps.advance(current);
    } catch (CodedException e) {
      LOG.info("Case {} waits in {}: {}", current.caseId(), current.state(), e.getMessage());
      heldUp(current, e.code().code(), e.getMessage() == null ? "" : e.getMessage());
    } catch (RuntimeException e) {
      LOG.warn("Case {} waits in {}", current.caseId(), current.state(), e);
      heldUp(current, ProverError.STEP_FAILED.code(), "The log of the prover has the cause.");
    }
  }

  private void heldUp(PenaltyCase current, String failure, String detail) {
    try {
      cases.heldUp(current, failure, detail);
    } catch (RuntimeException e) {
      LOG.warn("Case {}: what holds it up cannot be recorded", current.caseId(), e);
    }
  }
}
