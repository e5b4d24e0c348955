package org.oml.trainer.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;

/**
 * Writes a file so that it has its name only when all of it is on the disk: as {@code
 * NAME.incomplete} beside it, forced, then renamed. A failure leaves nothing of it; what a killed
 * process left under that name is replaced by the next attempt.
 */
public final class DurableFile {

  /** Writes what the file holds. */
  @FunctionalInterface
  public interface Content {
    /**
     * @param file does not exist
     */
    void writeTo(Path file) throws IOException;
  }

  private DurableFile() {}

  /**
   * Creates a file.
   *
   * @param target must not exist; its parents are made
   * @throws CodedException {@code TRAINER_OUTPUT_EXISTS}, {@code TRAINER_WRITE_FAILED}
   */
  public static void create(Path target, Content content) {
    DurableDirectory.requireNew(target);
    replace(target, content);
  }

  /**
   * Puts a file in the place of another, or where there is none. A reader finds the one or the
   * other whole.
   *
   * @param target its parents are made
   * @throws CodedException {@code TRAINER_WRITE_FAILED}; what was there is there still
   */
  public static void replace(Path target, Content content) {
    Path absolute = target.toAbsolutePath().normalize();
    Path incomplete = absolute.resolveSibling(absolute.getFileName() + ".incomplete");
    Path parent = absolute.getParent();
    try {
      if (parent != null) {
        Files.createDirectories(parent);
      }
      Files.deleteIfExists(incomplete);
      content.writeTo(incomplete);
      DurableDirectory.force(incomplete);
      Files.move(incomplete, absolute, StandardCopyOption.ATOMIC_MOVE);
      if (parent != null) {
        DurableDirectory.force(parent);
      }
    } catch (IOException e) {
      throw new CodedException(
          TrainerError.WRITE_FAILED, "Could not write " + target + ": " + e.getMessage() + ".", e);
    } finally {
      discard(incomplete);
    }
  }

  /** On a full disk the half would take the room that the next attempt needs. */
  private static void discard(Path incomplete) {
    try {
      Files.deleteIfExists(incomplete);
    } catch (IOException _) {
      // The next attempt deletes it.
    }
  }
}
