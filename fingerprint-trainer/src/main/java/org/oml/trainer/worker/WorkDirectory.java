package org.oml.trainer.worker;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.oml.protocol.CodedException;
import org.oml.protocol.Manifest;
import org.oml.trainer.TrainerError;
import org.oml.trainer.checkpoint.DurableDirectory;

/**
 * What a worker has on its disk: base models, of which the last ones stay for the next jobs, and
 * what belongs to the job in hand.
 *
 * @param path this worker's alone
 */
record WorkDirectory(Path path) {

  private static final int BASES_KEPT = 3;
  private static final String BASE = "base-";
  private static final String CHECKPOINT = "checkpoint-";
  private static final String INSTANCE = "instance";
  private static final String LOCK = "lock";

  /**
   * Makes the directory and takes it for this process, until what is given is closed.
   *
   * @throws CodedException {@link TrainerError#WORKER_DIRECTORY_BUSY}
   */
  FileChannel occupy() throws IOException {
    Files.createDirectories(path);
    FileChannel lock = FileChannel.open(path.resolve(LOCK), CREATE, WRITE);
    if (lock.tryLock() == null) {
      lock.close();
      throw new CodedException(
          TrainerError.WORKER_DIRECTORY_BUSY, "Another worker runs in " + path + ".");
    }
    return lock;
  }

  /** Where a base model lies or shall lie; it counts as used now. */
  Path base(Manifest base) throws IOException {
    Path directory =
        Files.createDirectories(path.resolve(BASE + base.hash().toString().substring(2, 18)));
    Files.setLastModifiedTime(directory, FileTime.from(Instant.now()));
    return directory;
  }

  Path checkpoint(InstanceJob job) {
    return path.resolve(CHECKPOINT + job.jobId());
  }

  Path instance() {
    return path.resolve(INSTANCE);
  }

  /** Removes what jobs left, to be called while none is in hand, and the bases used longest ago. */
  void tidy() throws IOException {
    for (Path left : named(CHECKPOINT)) {
      DurableDirectory.delete(left);
    }
    for (Path left : named(INSTANCE)) {
      DurableDirectory.delete(left);
    }
    List<Path> bases = named(BASE);
    for (Path old : bases.subList(0, Math.max(0, bases.size() - BASES_KEPT))) {
      DurableDirectory.delete(old);
    }
  }

  /** The one that was changed last comes last. */
  private List<Path> named(String prefix) throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(prefix))
          .sorted(Comparator.comparingLong(file -> file.toFile().lastModified()))
          .toList();
    }
  }
}
