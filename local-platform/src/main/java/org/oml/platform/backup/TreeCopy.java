package org.oml.platform.backup;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Copies trees of files that others work on meanwhile, and keeps a list of what it copied. */
final class TreeCopy {

  private final Path from;
  private final Path to;
  private final List<String> directories = new ArrayList<>();
  private final List<BackupList.Entry> files = new ArrayList<>();

  /**
   * @param from below which everything lies that is copied
   * @param to where it is copied, under the same paths
   */
  TreeCopy(Path from, Path to) {
    this.from = from;
    this.to = to;
  }

  /**
   * Copies what lies at a path.
   *
   * @param isCopied told paths below it
   */
  void copy(String path, Predicate<Path> isCopied) throws IOException {
    Path top = from.resolve(path);
    Files.walkFileTree(
        top,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
              throws IOException {
            if (!directory.equals(top) && !isCopied.test(top.relativize(directory))) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            makeDirectory(to.resolve(from.relativize(directory)));
            directories.add(from.relativize(directory).toString());
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (file.equals(top) || isCopied.test(top.relativize(file))) {
              copyFile(from.relativize(file).toString());
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException failure)
              throws IOException {
            if (failure instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw failure;
          }
        });
  }

  private void copyFile(String path) throws IOException {
    FileCopy.copy(from.resolve(path), to.resolve(path), path).ifPresent(files::add);
  }

  /** Adds a file that is not there to be copied. */
  void add(String path, String content) throws IOException {
    files.add(FileCopy.write(content, to.resolve(path), path));
  }

  /** Directories are for their owner alone, as PostgreSQL demands of its own. */
  static void makeDirectory(Path directory) throws IOException {
    Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  List<String> directories() {
    return List.copyOf(directories);
  }

  List<BackupList.Entry> files() {
    return List.copyOf(files);
  }
}
