package org.oml.host.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.oml.host.HostError;
import org.oml.host.journal.JournalArchive.Place;
import org.oml.protocol.CodedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Append-only files, one a day, in a directory that one gateway holds. {@link #record} returns when
 * the line is on the disk; lines that wait together share one write and one fsync.
 *
 * <p>There is no thread that waits for lines. Whoever brings one when nothing is being written
 * starts a turn, which takes all that wait; a turn that leaves some behind starts the next. A turn
 * has a virtual thread of its own, since a file channel closes when a thread is interrupted in it.
 */
public final class Journal implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
  private static final int WAITING = 4096;
  private static final int TOGETHER = 512;
  private static final int PATIENCE_SECONDS = 30;

  /** Keeps up with what is written. */
  public interface Follower {

    /**
     * Told of lines once they are written and before anybody who waits for them, in their order.
     *
     * @param behind where the last of them ends
     */
    void wrote(List<JournalLine> lines, Place behind);
  }

  private sealed interface Task {}

  /** A line, and who waits until it is on the disk, if anybody does. */
  private record Waiting(
      JournalLine line, String text, @Nullable CompletableFuture<@Nullable Void> written)
      implements Task {

    static Waiting of(JournalLine line, @Nullable CompletableFuture<@Nullable Void> written) {
      return new Waiting(line, line.line(), written);
    }

    boolean isAwaited() {
      return written != null;
    }

    void done() {
      if (written != null) {
        written.complete(null);
      }
    }

    void failed(Exception reason) {
      if (written != null) {
        written.completeExceptionally(reason);
      }
    }
  }

  private record Follow(Place from, Follower follower, CompletableFuture<@Nullable Void> caughtUp)
      implements Task {}

  private record Stop(CompletableFuture<@Nullable Void> stopped) implements Task {}

  private final Path directory;
  private final InstantSource clock;
  private final FileChannel lockFile;
  private final Semaphore room = new Semaphore(WAITING);
  private final Queue<Task> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger queued = new AtomicInteger();
  private JournalFile file;
  private Follower follower = (lines, behind) -> {};
  private volatile boolean closing;
  private volatile @Nullable Exception failure;

  private Journal(Path directory, InstantSource clock, FileChannel lockFile, JournalFile file) {
    this.directory = directory;
    this.clock = clock;
    this.lockFile = lockFile;
    this.file = file;
  }

  /**
   * Opens the journal and makes it whole after a crash.
   *
   * @throws CodedException {@link HostError#JOURNAL_LOCKED} when another gateway holds the
   *     directory, {@link HostError#JOURNAL_UNAVAILABLE} when it cannot be written
   */
  public static Journal open(Path directory, InstantSource clock) {
    try {
      Files.createDirectories(directory);
      FileChannel lockFile =
          FileChannel.open(
              directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (lock(lockFile) == null) {
        lockFile.close();
        throw new CodedException(
            HostError.JOURNAL_LOCKED, "Another gateway writes the journal in " + directory + ".");
      }
      return new Journal(directory, clock, lockFile, JournalFile.open(directory, day(clock)));
    } catch (IOException e) {
      throw new CodedException(
          HostError.JOURNAL_UNAVAILABLE,
          "The journal in " + directory + " cannot be opened: " + e.getMessage(),
          e);
    }
  }

  private static @Nullable FileLock lock(FileChannel lockFile) throws IOException {
    try {
      return lockFile.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  /**
   * Records a line and waits until it is on the disk.
   *
   * @throws CodedException {@link HostError#JOURNAL_UNAVAILABLE} when it is not; nothing may then
   *     be answered
   */
  public void record(JournalLine line) {
    CompletableFuture<@Nullable Void> written = new CompletableFuture<>();
    offer(Waiting.of(line, written));
    await(written);
  }

  private static void await(CompletableFuture<@Nullable Void> done) {
    try {
      done.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw unavailable(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable(e);
    }
  }

  /**
   * Writes a line without waiting for the disk, behind all that were written before: the death of
   * the process does not lose it, that of the machine may.
   *
   * @throws CodedException {@link HostError#JOURNAL_UNAVAILABLE} when nothing can be written
   */
  public void note(UsageNote note) {
    offer(Waiting.of(note, null));
  }

  /**
   * Tells a follower of the lines behind a place, and from then on of each that is written. There
   * is one follower at a time.
   *
   * @throws CodedException {@link HostError#JOURNAL_UNAVAILABLE} when what is there cannot be read
   */
  public void follow(Place from, Follower follower) {
    CompletableFuture<@Nullable Void> caughtUp = new CompletableFuture<>();
    offer(new Follow(from, follower, caughtUp));
    await(caughtUp);
  }

  private void offer(Task task) {
    try {
      if (!isWritable() || !room.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw unavailable(failure);
      }
      enqueue(task);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable(e);
    }
  }

  private void enqueue(Task task) {
    queue.add(task);
    if (queued.getAndIncrement() == 0) {
      Thread.startVirtualThread(this::takeTurn);
    }
  }

  /** Where its files are. */
  public Path directory() {
    return directory;
  }

  /** Whether entries can still be written. */
  public boolean isWritable() {
    return failure == null && !closing;
  }

  private static CodedException unavailable(@Nullable Exception cause) {
    return new CodedException(
        HostError.JOURNAL_UNAVAILABLE,
        "The gateway cannot write its journal and answers nothing without it.",
        cause);
  }

  private void takeTurn() {
    // Of those that are counted none is missing from the queue.
    int count = Math.min(queued.get(), TOGETHER);
    List<Task> tasks = Stream.generate(queue::remove).limit(count).toList();
    room.release(count);
    try {
      carryOut(tasks);
    } finally {
      if (queued.addAndGet(-count) > 0) {
        Thread.startVirtualThread(this::takeTurn);
      }
    }
  }

  private void carryOut(List<Task> tasks) {
    append(tasks.stream().filter(Waiting.class::isInstance).map(Waiting.class::cast).toList());
    for (Task task : tasks) {
      switch (task) {
        case Waiting written -> {}
        case Follow follow -> follow(follow);
        case Stop stop -> stop.stopped().complete(null);
      }
    }
  }

  private void append(List<Waiting> together) {
    if (together.isEmpty()) {
      return;
    }
    try {
      Exception earlier = failure;
      if (earlier != null) {
        throw new IOException("the journal could not be written before", earlier);
      }
      rollOver();
      file.append(
          together.stream().map(Waiting::text).toList(),
          together.stream().anyMatch(Waiting::isAwaited));
      follower.wrote(together.stream().map(Waiting::line).toList(), file.end());
      together.forEach(Waiting::done);
    } catch (IOException | RuntimeException e) {
      // After a failed fsync nobody knows what is on the disk: nothing more is promised until a
      // restart has looked.
      if (failure == null) {
        failure = e;
        LOG.error("The journal in {} cannot be written", directory, e);
      }
      together.forEach(waiting -> waiting.failed(e));
    }
  }

  private void follow(Follow follow) {
    try {
      List<JournalLine> lines = new ArrayList<>();
      Place behind =
          new JournalArchive(directory)
              .readFrom(follow.from(), line -> JournalLine.parse(line).ifPresent(lines::add));
      follow.follower().wrote(lines, behind);
      follower = follow.follower();
      follow.caughtUp().complete(null);
    } catch (IOException | RuntimeException e) {
      follow.caughtUp().completeExceptionally(e);
    }
  }

  private void rollOver() throws IOException {
    if (!day(clock).equals(file.day())) {
      file.close();
      file = JournalFile.open(directory, day(clock));
    }
  }

  private static LocalDate day(InstantSource clock) {
    return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
  }

  /** Writes what still waits and gives the directory back. */
  @Override
  public void close() throws IOException {
    closing = true;
    CompletableFuture<@Nullable Void> stopped = new CompletableFuture<>();
    enqueue(new Stop(stopped));
    try {
      await(stopped);
    } finally {
      file.close();
      lockFile.close();
    }
  }
}
