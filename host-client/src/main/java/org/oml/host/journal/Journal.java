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
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.oml.host.HostError;
import org.oml.host.journal.JournalArchive.Place;
import org.oml.protocol.CodedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Append-only files, one a day, in a directory that one gateway holds. {@link #record} returns when
 * the line is on the disk; lines that wait together share one write and one fsync.
 */
public final class Journal implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
  private static final int WAITING = 4096;
  private static final int TOGETHER = 512;
  private static final int PATIENCE_SECONDS = 30;

  /** A line that nobody waits for is not written alone if another comes within this time. */
  private static final long GATHERING_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** Keeps up with what is written. */
  public interface Follower {

    /**
     * Told of lines once they are written and before anybody who waits for them, in their order, by
     * the one thread that writes.
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

    void failed(IOException reason) {
      if (written != null) {
        written.completeExceptionally(reason);
      }
    }
  }

  private record Follow(Place from, Follower follower, CompletableFuture<@Nullable Void> caughtUp)
      implements Task {}

  private record Stop() implements Task {}

  private final Path directory;
  private final InstantSource clock;
  private final FileChannel lockFile;
  private final BlockingQueue<Task> queue = new ArrayBlockingQueue<>(WAITING);
  private final Thread writer;
  private JournalFile file;
  private Follower follower = (lines, behind) -> {};
  private volatile boolean closing;
  private volatile @Nullable IOException failure;

  private Journal(Path directory, InstantSource clock, FileChannel lockFile, JournalFile file) {
    this.directory = directory;
    this.clock = clock;
    this.lockFile = lockFile;
    this.file = file;
    this.writer = Thread.ofPlatform().name("journal").daemon().unstarted(this::write);
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
      Journal journal =
          new Journal(directory, clock, lockFile, JournalFile.open(directory, day(clock)));
      journal.writer.start();
      return journal;
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
      if (!isWritable() || !queue.offer(task, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw unavailable(failure);
      }
      if (!(task instanceof Waiting waiting) || waiting.isAwaited()) {
        // It may be gathering lines that nobody waits for.
        LockSupport.unpark(writer);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable(e);
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

  private void write() {
    List<Task> tasks = new ArrayList<>();
    boolean open = true;
    while (open) {
      try {
        gather(tasks);
        open = !tasks.removeIf(Stop.class::isInstance);
        append(tasks.stream().filter(Waiting.class::isInstance).map(Waiting.class::cast).toList());
        tasks.stream()
            .filter(Follow.class::isInstance)
            .map(Follow.class::cast)
            .forEach(this::follow);
        tasks.clear();
      } catch (InterruptedException e) {
        open = false;
      }
    }
  }

  private void gather(List<Task> tasks) throws InterruptedException {
    tasks.add(queue.take());
    queue.drainTo(tasks, TOGETHER - 1);
    if (tasks.stream().allMatch(task -> task instanceof Waiting waiting && !waiting.isAwaited())) {
      LockSupport.parkNanos(GATHERING_NANOS);
      queue.drainTo(tasks, TOGETHER);
    }
  }

  private void append(List<Waiting> together) {
    if (together.isEmpty()) {
      return;
    }
    try {
      IOException earlier = failure;
      if (earlier != null) {
        throw earlier;
      }
      rollOver();
      file.append(
          together.stream().map(Waiting::text).toList(),
          together.stream().anyMatch(Waiting::isAwaited));
      follower.wrote(together.stream().map(Waiting::line).toList(), file.end());
      together.forEach(Waiting::done);
    } catch (IOException e) {
      // After a failed fsync nobody knows what is on the disk: nothing more is promised until a
      // restart has looked.
      failure = e;
      LOG.error("The journal in {} cannot be written", directory, e);
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
    } catch (IOException e) {
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
    try {
      queue.put(new Stop());
      writer.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    file.close();
    lockFile.close();
  }
}
