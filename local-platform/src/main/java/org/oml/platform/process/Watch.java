package org.oml.platform.process;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Starts processes again that have died. A process that dies again and again is tried after longer
 * and longer pauses and is given up at last.
 */
public final class Watch implements AutoCloseable {

  private static final Duration LOOK = Duration.ofMillis(500);
  private static final Duration CARE = Duration.ofSeconds(5);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  private static final Duration STEADY = Duration.ofMinutes(2);
  private static final int ATTEMPTS = 8;

  private final Supervisor supervisor;
  private final Map<String, Runnable> beforeRestart;
  private final Runnable care;
  private final Consumer<String> report;
  private final Map<String, Trouble> troubles = new HashMap<>();
  private final Thread thread;
  private volatile boolean closed;
  private long caredAt = System.nanoTime();

  /**
   * Begins to watch.
   *
   * @param supervisor whose processes
   * @param beforeRestart what a process needs before it is started again
   * @param care what is done every few seconds besides
   * @param report told what is done, a sentence at a time
   */
  public Watch(
      Supervisor supervisor,
      Map<String, Runnable> beforeRestart,
      Runnable care,
      Consumer<String> report) {
    this.supervisor = supervisor;
    this.beforeRestart = Map.copyOf(beforeRestart);
    this.care = care;
    this.report = report;
    this.thread = Thread.ofVirtual().name("watch").start(this::run);
  }

  /** Ends the watching; a restart that is under way is finished first. */
  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits until the watching ends, which it does not by itself. */
  public void join() throws InterruptedException {
    thread.join();
  }

  private void run() {
    while (!closed) {
      try {
        supervisor.died().forEach(this::restart);
        takeCare();
      } catch (RuntimeException e) {
        // Whatever it was, the next look may go better, and nobody else watches.
        report.accept("Watching: " + e.getMessage());
      }
      try {
        Thread.sleep(LOOK);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void restart(String name) {
    long now = System.nanoTime();
    Trouble trouble = troubles.get(name);
    if (trouble == null || now - trouble.lastRestart() > STEADY.toNanos()) {
      trouble = new Trouble(0, now - LONGEST_PAUSE.toNanos());
    }
    if (now - trouble.lastRestart() < trouble.pause().toNanos()) {
      return;
    }
    if (trouble.restarts() == ATTEMPTS) {
      supervisor.abandon(name);
      troubles.remove(name);
      report.accept(name + " died " + ATTEMPTS + " times in a row and is given up; see its log.");
      return;
    }
    troubles.put(name, new Trouble(trouble.restarts() + 1, now));
    beforeRestart.getOrDefault(name, () -> {}).run();
    if (supervisor.relaunchIfDied(name)) {
      report.accept(name + " had died and is started again.");
    }
  }

  private void takeCare() {
    if (System.nanoTime() - caredAt > CARE.toNanos()) {
      caredAt = System.nanoTime();
      care.run();
    }
  }

  /** How a process has fared lately. */
  private record Trouble(int restarts, long lastRestart) {

    Duration pause() {
      Duration doubled = FIRST_PAUSE.multipliedBy(1L << Math.min(restarts, 10)).dividedBy(2);
      return doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    }
  }
}
