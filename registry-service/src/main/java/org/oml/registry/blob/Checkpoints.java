package org.oml.registry.blob;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.springframework.stereotype.Component;

/**
 * Where the making of each instance stands. A checkpoint is of no use to anybody else, so that it
 * lies on the local disk, apart from the files that many may share.
 */
@Component
public final class Checkpoints {

  private final Staging staging;
  private final Path directory;

  Checkpoints(Staging staging) {
    this.staging = staging;
    this.directory = staging.directory("checkpoints");
  }

  /**
   * Takes a checkpoint of a job in, in place of the one before.
   *
   * @throws CodedException as {@link Staging#receive}
   */
  public StoredFile receive(UUID jobId, InputStream body, long statedLength, Bytes32 sha256) {
    try (Staging.Arrival arrival = staging.receive(body, statedLength, sha256)) {
      Files.move(arrival.path(), of(jobId), StandardCopyOption.ATOMIC_MOVE);
      DirectoryBlobs.force(directory);
      return arrival.file();
    } catch (IOException e) {
      throw new UncheckedIOException("The directory " + directory + " cannot be written", e);
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
