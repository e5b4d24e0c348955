package ai.djl.pytorch.jni;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;

/**
 * Keeps a process from ending in the middle of a call: the native library takes itself down at the
 * end of the process, and what still computes then crashes. When the process is told to end, the
 * call that runs is waited for and no other begins.
 */
final class RunningCalls {

  /** A step of training takes a second or so; a process that hangs must still end. */
  private static final Duration LONGEST = Duration.ofSeconds(20);

  private static final ReentrantReadWriteLock LOCK = new ReentrantReadWriteLock();
  private static final CountDownLatch NEVER = new CountDownLatch(1);
  private static volatile boolean ending;

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(RunningCalls::stop, "running calls"));
  }

  private RunningCalls() {}

  /**
   * Before a call; {@link #end} follows it. Does not come back while the process ends.
   *
   * @throws CodedException {@link TrainerError#STOPPED} to a thread that is interrupted meanwhile,
   *     so that it can clean up
   */
  static void begin() {
    if (ending || !LOCK.readLock().tryLock()) {
      try {
        NEVER.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw stopped();
      }
    }
  }

  static void end() {
    LOCK.readLock().unlock();
  }

  private static void stop() {
    ending = true;
    // Never unlocked: the process is at its end.
    if (LOCK.writeLock().tryLock()) {
      return;
    }
    CodedException stopped = stopped();
    System.err.println(
        stopped.code().code() + ": " + stopped.getMessage() + " " + stopped.code().next());
    try {
      boolean _ = LOCK.writeLock().tryLock(LONGEST.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static CodedException stopped() {
    return new CodedException(TrainerError.STOPPED, "The process was told to end.");
  }
}
