package org.oml.registry.blob;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HexFormat;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.oml.protocol.Bytes32;

/**
 * Files in a local directory. One is linked to its name when it is whole and forced to the disk, so
 * that what is staged on the same disk is never copied.
 */
final class DirectoryBlobs implements BlobStore {

  private static final String SHELF = "[0-9a-f]{2}";
  private static final String REST = "[0-9a-f]{62}";

  private final Path directory;

  /**
   * @param directory on the disk that files are staged on
   */
  DirectoryBlobs(Path directory) throws IOException {
    this.directory = Files.createDirectories(directory).toRealPath();
  }

  @Override
  public boolean has(Bytes32 sha256) {
    return Files.exists(pathOf(sha256));
  }

  @Override
  public void put(Path whole, StoredFile file) throws IOException {
    Path shelf = shelfOf(file.sha256());
    Files.createDirectories(shelf);
    try {
      Files.createLink(pathOf(file.sha256()), whole);
    } catch (FileAlreadyExistsException there) {
      return;
    }
    force(shelf);
    force(directory);
  }

  @Override
  public Place place(Bytes32 sha256) {
    return new Place.OnDisk(pathOf(sha256));
  }

  @Override
  public void remove(Bytes32 sha256) throws IOException {
    Files.deleteIfExists(pathOf(sha256));
  }

  @Override
  public void forEach(Consumer<Kept> look) throws IOException {
    try (Stream<Path> shelves = Files.list(directory)) {
      for (Path shelf : (Iterable<Path>) shelves::iterator) {
        if (shelf.getFileName().toString().matches(SHELF)) {
          showShelf(shelf, look);
        }
      }
    }
  }

  private static void showShelf(Path shelf, Consumer<Kept> look) throws IOException {
    try (Stream<Path> files = Files.list(shelf)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String rest = file.getFileName().toString();
        if (rest.matches(REST)) {
          show(file, Bytes32.parse("0x" + shelf.getFileName() + rest), look);
        }
      }
    }
  }

  /** Another registry may have removed the file since its name was read; then there is nothing. */
  private static void show(Path file, Bytes32 sha256, Consumer<Kept> look) throws IOException {
    BasicFileAttributes attributes;
    try {
      attributes = Files.readAttributes(file, BasicFileAttributes.class);
    } catch (NoSuchFileException removed) {
      return;
    }
    look.accept(
        new Kept(
            new StoredFile(sha256, attributes.size()), attributes.lastModifiedTime().toInstant()));
  }

  private Path pathOf(Bytes32 sha256) {
    return shelfOf(sha256).resolve(nameOf(sha256).substring(2));
  }

  /** A directory for each first byte, so that none grows too long. */
  private Path shelfOf(Bytes32 sha256) {
    return directory.resolve(nameOf(sha256).substring(0, 2));
  }

  private static String nameOf(Bytes32 sha256) {
    return HexFormat.of().formatHex(sha256.toBytes());
  }

  static void force(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
