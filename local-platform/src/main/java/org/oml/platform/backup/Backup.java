package org.oml.platform.backup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.oml.platform.LocalPlatform;
import org.oml.platform.database.OnlineCopy;
import org.oml.platform.devchain.DevChain;
import org.oml.platform.home.FileTree;
import org.oml.platform.home.PlatformError;
import org.oml.platform.home.PlatformSettings;
import org.oml.protocol.CodedException;

/**
 * Copies a platform's state while it runs: first the database, as one moment; then the files that
 * it speaks of, which are never changed and stay for a while after nothing refers to them; last the
 * chain, since services catch up with a chain that is ahead of them.
 */
public final class Backup {

  /** What is made anew, or belongs to the processes that run. */
  private static final Set<String> LEFT_OUT =
      Set.of("postgres", "chain", "logs", "workers", "demo", "platform.json", "platform.lock");

  private final LocalPlatform platform;
  private final PlatformSettings settings;
  private final Consumer<String> progress;

  /**
   * @param progress told what is being copied
   */
  public Backup(LocalPlatform platform, Consumer<String> progress) {
    this.platform = platform;
    this.settings = platform.settings();
    this.progress = progress;
  }

  /**
   * What was copied.
   *
   * @param files how many
   * @param bytes in all
   */
  public record Result(int files, long bytes) {}

  /**
   * Copies everything into a new directory, which appears under its name when it is whole. It holds
   * keys and their passwords.
   *
   * @throws CodedException {@link PlatformError#BACKUP_EXISTS} or {@link
   *     PlatformError#DATABASE_FAILED}
   */
  public Result to(Path directory) {
    Path target = directory.toAbsolutePath().normalize();
    Path partial = target.resolveSibling(target.getFileName() + ".partial");
    for (Path taken : List.of(target, partial)) {
      if (Files.exists(taken)) {
        throw new CodedException(PlatformError.BACKUP_EXISTS, taken + " is there already.");
      }
    }
    if (!Files.isDirectory(settings.postgres())) {
      throw new CodedException(
          PlatformError.BACKUP_NOTHING, settings.home() + " holds no platform.");
    }
    try {
      Result result = copy(partial);
      Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
      return result;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Result copy(Path partial) throws IOException {
    try {
      TreeCopy copy = new TreeCopy(settings.home(), partial);
      copy(copy);
      List<BackupList.Entry> files = copy.files();
      new BackupList(BackupList.VERSION, Instant.now().toString(), copy.directories(), files)
          .write(partial);
      return new Result(files.size(), files.stream().mapToLong(BackupList.Entry::size).sum());
    } catch (IOException | RuntimeException e) {
      FileTree.remove(partial);
      throw e;
    }
  }

  private void copy(TreeCopy copy) throws IOException {
    progress.accept("database");
    OnlineCopy database = platform.database().onlineCopy();
    database.run(
        () -> copy.copy("postgres", OnlineCopy::isCopied),
        () -> copy.copy("postgres/pg_wal", path -> true));
    // Services take a chain that is behind what they know for another one.
    Instant databaseCopied = Instant.now();
    for (var extra : database.extraFiles().entrySet()) {
      copy.add("postgres/" + extra.getKey(), extra.getValue());
    }
    for (String part : parts()) {
      progress.accept(part);
      copy.copy(part, path -> true);
    }
    progress.accept("chain");
    platform.chain().keepCopySince(databaseCopied);
    copy.copy("chain", path -> path.getFileName().toString().equals(DevChain.COPY));
  }

  private List<String> parts() throws IOException {
    try (Stream<Path> parts = Files.list(settings.home())) {
      return parts
          .map(part -> part.getFileName().toString())
          .filter(part -> !LEFT_OUT.contains(part))
          .sorted()
          .toList();
    }
  }
}
