package org.oml.platform.backup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.oml.platform.home.FileTree;
import org.oml.platform.home.PlatformError;
import org.oml.protocol.CodedException;

/**
 * Makes a platform's home from a backup. What is started on it goes on from the backup's moment.
 */
public final class Restoration {

  private Restoration() {}

  /**
   * Checks and copies every file; the home appears under its name when it is whole.
   *
   * @param backup as {@link Backup} left it
   * @param home not there yet, or empty
   * @return how many files were restored
   * @throws CodedException {@link PlatformError#HOME_NOT_EMPTY} or {@link
   *     PlatformError#BACKUP_DAMAGED}
   */
  public static int restore(Path backup, Path home) {
    Path target = home.toAbsolutePath().normalize();
    Path partial = target.resolveSibling(target.getFileName() + ".restoring");
    try {
      requireFree(target);
      requireFree(partial);
      int files = copy(backup, partial);
      Files.deleteIfExists(target);
      Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int copy(Path backup, Path partial) throws IOException {
    try {
      BackupList list = BackupList.read(backup);
      TreeCopy.makeDirectory(partial);
      for (String directory : list.directories()) {
        TreeCopy.makeDirectory(within(partial, directory));
      }
      for (BackupList.Entry entry : list.files()) {
        restore(backup, partial, entry);
      }
      return list.files().size();
    } catch (IOException | RuntimeException e) {
      FileTree.remove(partial);
      throw e;
    }
  }

  private static void restore(Path backup, Path partial, BackupList.Entry entry)
      throws IOException {
    Optional<BackupList.Entry> copied =
        FileCopy.copy(within(backup, entry.path()), within(partial, entry.path()), entry.path());
    if (!copied.equals(Optional.of(entry))) {
      throw BackupList.damaged(
          entry.path() + (copied.isEmpty() ? " is missing." : " is not what was written."));
    }
  }

  private static Path within(Path directory, String path) {
    Path within = directory.resolve(path).normalize();
    if (!within.startsWith(directory.normalize())) {
      throw BackupList.damaged(path + " lies outside of the backup.");
    }
    return within;
  }

  private static void requireFree(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (var content = Files.list(directory)) {
      if (content.findAny().isPresent()) {
        throw new CodedException(
            PlatformError.HOME_NOT_EMPTY, directory + " is there and not empty.");
      }
    }
  }
}
