package org.oml.protocol.client;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.oml.protocol.CodedException;
import org.oml.protocol.Manifest;
import org.oml.protocol.ManifestFile;

/**
 * Fetches a whole model. It grows in {@code NAME.incomplete} and gets its name when every byte is
 * what the manifest says. A run that was cut off is taken up, also when the manifest is another one
 * by now: files that it shares with the one before are not fetched again.
 */
public final class DirectoryDownload {

  /** Left free on the disk. */
  private static final long SPACE_LEFT = 64L << 20;

  private final FileDownload files;

  public DirectoryDownload(FileDownload files) {
    this.files = files;
  }

  /**
   * Fetches what is missing.
   *
   * @param manifest that the caller trusts
   * @throws CodedException as {@link FileDownload#fetch}; {@link ClientError#DISK_TOO_SMALL},
   *     {@link ClientError#DOWNLOAD_BUSY}; {@link ClientError#DIRECTORY_DIFFERS} if something else
   *     has the name
   */
  public void fetch(Manifest manifest, Path directory) throws IOException, InterruptedException {
    Path target = directory.toAbsolutePath().normalize();
    Path parent = Objects.requireNonNull(target.getParent(), "a directory lies in another");
    Files.createDirectories(parent);
    Path lock = parent.resolve(target.getFileName() + ".lock");
    try (FileChannel alone =
        FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      requireAlone(alone, target);
      if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
        requireSame(manifest, target);
      } else {
        fetchAlone(manifest, target, parent.resolve(target.getFileName() + ".incomplete"));
      }
      Files.deleteIfExists(lock);
    }
  }

  private static void requireAlone(FileChannel lock, Path target) throws IOException {
    boolean alone;
    try {
      alone = lock.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      alone = false;
    }
    if (!alone) {
      throw new CodedException(ClientError.DOWNLOAD_BUSY, target + " is being downloaded.");
    }
  }

  private static void requireSame(Manifest manifest, Path target) throws IOException {
    Path file = target.resolve(Manifest.FILE_NAME);
    boolean same =
        Files.isRegularFile(file) && Manifest.parse(Files.readAllBytes(file)).equals(manifest);
    if (!same) {
      throw new CodedException(
          ClientError.DIRECTORY_DIFFERS, target + " is there and holds something else.");
    }
    manifest.requireDirectory(target);
  }

  private void fetchAlone(Manifest manifest, Path target, Path parts)
      throws IOException, InterruptedException {
    Files.createDirectories(parts);
    removeStrangers(manifest, parts);
    requireRoom(manifest, parts);
    for (ManifestFile file : manifest.files()) {
      files.fetch(file, parts);
    }
    Files.write(parts.resolve(Manifest.FILE_NAME), manifest.bytes());
    manifest.requireDirectory(parts);
    force(parts);
    Files.move(parts, target, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel above = FileChannel.open(parts.getParent(), StandardOpenOption.READ)) {
      above.force(true);
    }
  }

  /** What another manifest left here. */
  private static void removeStrangers(Manifest manifest, Path parts) throws IOException {
    Set<Path> ours = new HashSet<>();
    for (ManifestFile file : manifest.files()) {
      ours.add(parts.resolve(file.path()));
      ours.add(parts.resolve(file.path() + ".incomplete"));
      ours.add(parts.resolve(file.path() + ".incomplete.pieces"));
    }
    List<Path> strangers;
    try (Stream<Path> found = Files.walk(parts)) {
      strangers =
          found
              .filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
              .filter(path -> !ours.contains(path))
              .toList();
    }
    for (Path stranger : strangers) {
      Files.delete(stranger);
    }
  }

  private void requireRoom(Manifest manifest, Path parts) throws IOException {
    long missing = 0;
    for (ManifestFile file : manifest.files()) {
      missing += file.size() - files.present(file, parts);
    }
    long room = Files.getFileStore(parts).getUsableSpace() - SPACE_LEFT;
    if (missing > room) {
      throw new CodedException(
          ClientError.DISK_TOO_SMALL,
          missing
              + " bytes are still to come, and the disk has room for "
              + Math.max(0, room)
              + ".");
    }
  }

  private static void force(Path parts) throws IOException {
    List<Path> all;
    try (Stream<Path> found = Files.walk(parts)) {
      all = found.toList();
    }
    for (Path path : all) {
      try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }
}
