package org.oml.trainer.fingerprint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;
import org.oml.trainer.checkpoint.DurableFile;

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
    var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    DurableFile.create(
        file,
        incomplete -> {
          Files.createFile(incomplete, owner);
          Files.write(incomplete, content);
        });
  }
}
