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
import org.jspecify.annotations.Nullable;
import org.oml.host.HostError;
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

  private sealed interface Task {}

  /** A line, and who waits until it is on the disk, if anybody does. */
  private record Waiting(String line, @Nullable CompletableFuture<@Nullable Void> written)
      implements Task {

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

  private record Stop() implements Task {}

  private final Path directory;
  private final InstantSource clock;
  private final FileChannel lockFile;
  private final BlockingQueue<Task> queue = new ArrayBlockingQueue<>(WAITING);
  private final Thread writer;
  private JournalFile file;
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
    offer(new Waiting(line.line(), written));
    try {
      written.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
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
    offer(new Waiting(note.line(), null));
  }

  private void offer(Waiting waiting) {
    try {
      if (!isWritable() || !queue.offer(waiting, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw unavailable(failure);
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
        tasks.add(queue.take());
        queue.drainTo(tasks, TOGETHER - 1);
        open = !tasks.removeIf(Stop.class::isInstance);
        append(tasks.stream().map(Waiting.class::cast).toList());
        tasks.clear();
      } catch (InterruptedException e) {
        open = false;
      }
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
          together.stream().map(Waiting::line).toList(),
          together.stream().anyMatch(waiting -> waiting.written() != null));
      together.forEach(Waiting::done);
    } catch (IOException e) {
      // After a failed fsync nobody knows what is on the disk: nothing more is promised until a
      // restart has looked.
      failure = e;
      LOG.error("The journal in {} cannot be written", directory, e);
      together.forEach(waiting -> waiting.failed(e));
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
