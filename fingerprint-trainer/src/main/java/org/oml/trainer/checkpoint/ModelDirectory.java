package org.oml.trainer.checkpoint;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;

/** A model directory that becomes visible under its name only when all of it is on the disk. */
public final class ModelDirectory {

  /** The one file of tensors. */
  public static final String TENSORS = "model.safetensors";

  /** Fills a directory. */
  public interface Content {
    void writeTo(Path directory) throws IOException;
  }

  private ModelDirectory() {}

  /**
   * Writes a directory beside its final name and renames it when everything is on the disk.
   *
   * @throws CodedException {@link TrainerError#OUTPUT_EXISTS}, {@link TrainerError#WRITE_FAILED}
   */
  public static void create(Path directory, Content content) {
    Path target = directory.toAbsolutePath();
    if (Files.exists(target)) {
      throw new CodedException(TrainerError.OUTPUT_EXISTS, directory + " exists already.");
    }
    Path parent = Objects.requireNonNull(target.getParent(), "a model is not the root directory");
    Path incomplete = parent.resolve(target.getFileName() + ".incomplete");
    try {
      remove(incomplete);
      Files.createDirectories(incomplete);
      content.writeTo(incomplete);
      try (Stream<Path> files = Files.walk(incomplete)) {
        for (Path path : files.toList()) {
          force(path);
        }
      }
      Files.move(incomplete, target, StandardCopyOption.ATOMIC_MOVE);
      force(parent);
    } catch (IOException e) {
      removeQuietly(incomplete, e);
      throw new CodedException(TrainerError.WRITE_FAILED, directory + " could not be written.", e);
    }
  }

  /** Copies a model with other tensors, all other files byte for byte. */
  public static void copyWith(Path base, List<TensorData> tensors, Path target) {
    SafeTensors original = SafeTensors.read(base.resolve(TENSORS));
    create(
        target,
        directory -> {
          try (Stream<Path> files = Files.list(base)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
              if (!file.endsWith(TENSORS)) {
                Files.copy(file, directory.resolve(file.getFileName()));
              }
            }
          }
          new SafeTensors(tensors, original.metadata()).write(directory.resolve(TENSORS));
        });
  }

  private static void force(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static void removeQuietly(Path directory, IOException first) {
    try {
      remove(directory);
    } catch (IOException e) {
      first.addSuppressed(e);
    }
  }

  private static void remove(Path directory) throws IOException {
    if (Files.exists(directory)) {
      try (Stream<Path> paths = Files.walk(directory)) {
        for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }
}
