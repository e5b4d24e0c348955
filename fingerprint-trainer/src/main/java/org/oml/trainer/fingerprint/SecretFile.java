package org.oml.trainer.fingerprint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;
import org.oml.trainer.checkpoint.DurableDirectory;

/** Files that their owner alone can read, written whole or not at all. */
public final class SecretFile {

  private SecretFile() {}

  /**
   * Reads a file.
   *
   * @param invalid the error for one that cannot be read
   */
  public static byte[] read(Path file, TrainerError invalid) {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new CodedException(invalid, "There is no " + file + ".", e);
    } catch (IOException e) {
      throw new CodedException(invalid, file + " cannot be read.", e);
    }
  }

  /**
   * Writes a new file; its parents are made.
   *
   * @throws CodedException {@link TrainerError#OUTPUT_EXISTS}, {@link TrainerError#WRITE_FAILED}
   */
  public static void write(Path file, byte[] content) {
    DurableDirectory.requireNew(file);
    var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    Path absolute = file.toAbsolutePath().normalize();
    Path incomplete = absolute.resolveSibling(absolute.getFileName() + ".incomplete");
    try {
      Path parent = absolute.getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      Files.deleteIfExists(incomplete);
      Files.createFile(incomplete, owner);
      Files.write(incomplete, content, StandardOpenOption.SYNC);
      Files.move(incomplete, absolute, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new CodedException(TrainerError.WRITE_FAILED, file + " could not be written.", e);
    }
  }
}
