package org.oml.registry.blob;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/**
 * Where the making of each instance stands. A checkpoint is of no use to anybody else, so that it
 * lies on the local disk, apart from the files that many may share.
 */
@Component
public final class Checkpoints {

  private final Path directory;

  Checkpoints(Staging staging) {
    this.directory = staging.directory("checkpoints");
  }

  /** Keeps what arrived as a job's checkpoint, in place of the one before. */
  public void keep(UUID jobId, Staging.Arrival arrival) {
    try {
      Files.move(arrival.path(), of(jobId), StandardCopyOption.ATOMIC_MOVE);
      DirectoryBlobs.force(directory);
    } catch (IOException e) {
      throw new UncheckedIOException("The directory " + directory + " cannot be written", e);
    }
  }

  /** The jobs of which there is one. */
  public List<UUID> jobs() {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> UUID.fromString(file.getFileName().toString())).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("The directory " + directory + " cannot be read", e);
    }
  }

  /** Where a job's checkpoint lies if there is one. */
  public Path of(UUID jobId) {
    return directory.resolve(jobId.toString());
  }

  /** Forgets the checkpoint of a job that needs none any more. */
  public void remove(UUID jobId) {
    Staging.discard(of(jobId));
  }
}
