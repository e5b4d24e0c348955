package org.oml.prover.audit;

import java.time.Duration;

/** Keeps the questions to one target apart, those that are asked again among them. */
final class Pace {

  private final long gap;
  private long next = System.nanoTime();

  /**
   * @param requestsPerMinute at most
   */
  Pace(int requestsPerMinute) {
    gap = Duration.ofMinutes(1).toNanos() / requestsPerMinute;
  }

  /** Waits until a question may leave. */
  void await() throws InterruptedException {
    long wait = next - System.nanoTime();
    if (wait > 0) {
      Thread.sleep(Duration.ofNanos(wait));
    }
    next = System.nanoTime() + gap;
  }
}
