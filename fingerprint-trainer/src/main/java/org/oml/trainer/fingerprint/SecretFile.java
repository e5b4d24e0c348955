package org.oml.trainer.fingerprint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;
import org.oml.trainer.checkpoint.DurableDirectory;

/** Writes files that their owner alone can read, whole or not at all. */
public final class SecretFile {

  private SecretFile() {}

  /**
   * Writes a new file.
   *
   * @throws CodedException {@link TrainerError#OUTPUT_EXISTS}, {@link TrainerError#WRITE_FAILED}
   */
  public static void write(Path file, byte[] content) {
    DurableDirectory.requireNew(file);
    var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    Path incomplete = file.resolveSibling(file.getFileName() + ".incomplete");
    try {
      Files.deleteIfExists(incomplete);
      Files.createFile(incomplete, owner);
      Files.write(incomplete, content, StandardOpenOption.SYNC);
      Files.move(incomplete, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new CodedException(TrainerError.WRITE_FAILED, file + " could not be written.", e);
    }
  }
}
