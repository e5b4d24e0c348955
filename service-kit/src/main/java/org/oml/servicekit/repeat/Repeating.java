package org.oml.servicekit.repeat;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/**
 * Does one thing over and over on a thread of its own, from a service's start to its stop, whatever
 * fails meanwhile.
 */
public final class Repeating implements SmartLifecycle {

  private static final Duration LAST_ROUND = Duration.ofSeconds(10);

  private final String name;
  private final Duration pause;
  private final Runnable round;
  private final Consumer<RuntimeException> failed;
  private volatile @Nullable Thread thread;

  /**
   * @param name of the thread
   * @param pause between two rounds
   * @param round what is done; a stop waits ten seconds for it to end
   * @param failed hears why a round did not end; the next one comes all the same
   */
  public Repeating(String name, Duration pause, Runnable round, Consumer<RuntimeException> failed) {
    this.name = name;
    this.pause = pause;
    this.round = round;
    this.failed = failed;
  }

  @Override
  public void start() {
    // Known as running before it runs: its loop asks.
    Thread started = Thread.ofVirtual().name(name).unstarted(this::run);
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
        running.join(LAST_ROUND);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public boolean isRunning() {
    return thread != null;
  }

  private void run() {
    while (thread == Thread.currentThread()) {
      try {
        round.run();
      } catch (RuntimeException e) {
        failed.accept(e);
      }
      LockSupport.parkNanos(pause.toNanos());
    }
  }
}
