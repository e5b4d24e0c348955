package org.oml.trainer.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.stream.Stream;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;

/**
 * Writes a directory so that it has its final name only when everything in it is complete and on
 * the disk: into {@code NAME.incomplete} beside it, forced, then renamed. What a killed process
 * left under that name is replaced by the next attempt.
 */
public final class DurableDirectory {

  /** Writes the files of the directory. */
  @FunctionalInterface
  public interface Content {
    /**
     * @param directory exists and is empty
     */
    void writeTo(Path directory) throws IOException;
  }

  private DurableDirectory() {}

  /**
   * Creates a directory.
   *
   * @param target must not exist; its parents are made
   * @throws CodedException {@code TRAINER_OUTPUT_EXISTS}, {@code TRAINER_WRITE_FAILED}
   */
  public static void write(Path target, Content content) {
    Path absolute = target.toAbsolutePath().normalize();
    requireNew(absolute);
    Path incomplete = absolute.resolveSibling(absolute.getFileName() + ".incomplete");
    try {
      delete(incomplete);
      Files.createDirectories(incomplete);
      content.writeTo(incomplete);
      forceTree(incomplete);
      Files.move(incomplete, absolute, StandardCopyOption.ATOMIC_MOVE);
      Path parent = absolute.getParent();
      if (parent != null) {
        force(parent);
      }
    } catch (IOException | UncheckedIOException e) {
      discard(incomplete);
      throw new CodedException(
          TrainerError.WRITE_FAILED, "Could not write " + target + ": " + e.getMessage() + ".", e);
    } catch (CodedException e) {
      discard(incomplete);
      throw e;
    }
  }

  /** On a full disk the half would take the room that the next attempt needs. */
  private static void discard(Path incomplete) {
    try {
      delete(incomplete);
    } catch (IOException _) {
      // The next attempt deletes it.
    }
  }

  /**
   * To be asked before long work, so that it is not done for nothing.
   *
   * @throws CodedException {@code TRAINER_OUTPUT_EXISTS} when something has the name already
   */
  public static void requireNew(Path target) {
    if (Files.exists(target)) {
      throw new CodedException(TrainerError.OUTPUT_EXISTS, target + " exists already.");
    }
  }

  /** Forces a file or a directory's entries to the disk. */
  static void force(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static void forceTree(Path root) throws IOException {
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        force(path);
      }
    }
  }

  /** Deletes a directory and what is in it, if there is one. */
  public static void delete(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : (Iterable<Path>) paths.sorted(Comparator.reverseOrder())::iterator) {
        Files.delete(path);
      }
    }
  }
}
