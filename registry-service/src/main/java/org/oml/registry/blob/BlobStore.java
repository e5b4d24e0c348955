package org.oml.registry.blob;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.registry.RegistryError;
import org.oml.registry.RegistryProperties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Files in a local directory, named by their SHA-256. A file is written beside under {@code
 * incoming}, forced to the disk and renamed, so that a name always stands for the whole of what it
 * says, whenever the process is killed.
 */
@Component
public final class BlobStore {

  private static final Logger LOG = LoggerFactory.getLogger(BlobStore.class);
  private static final Duration ABANDONED = Duration.ofDays(1);
  private static final int BUFFER = 1 << 16;

  /** How often the space left is looked at while a file of unstated length arrives. */
  private static final long SPACE_CHECK = 64L << 20;

  private final Path directory;
  private final Path incoming;
  private final Path checkpoints;
  private final long largest;
  private final long spaceLeft;

  BlobStore(RegistryProperties properties) throws IOException {
    this.directory = properties.blobs().toAbsolutePath();
    this.incoming = directory.resolve("incoming");
    this.largest = properties.largestFile().toBytes();
    this.spaceLeft = properties.spaceLeft().toBytes();
    this.checkpoints = directory.resolve("checkpoints");
    Files.createDirectories(incoming);
    Files.createDirectories(checkpoints);
    removeAbandoned();
  }

  /**
   * Takes a file in.
   *
   * @param body read to its end
   * @param statedLength of the body, negative if it is not stated
   * @param sha256 that the file must have
   * @throws CodedException {@link RegistryError#DIGEST_DIFFERS}, {@link
   *     RegistryError#FILE_TOO_LARGE}, {@link RegistryError#UPLOAD_CUT}, {@link
   *     RegistryError#STORE_FULL}; nothing is kept then
   */
  public StoredFile receive(InputStream body, long statedLength, Bytes32 sha256) {
    return receive(body, statedLength, sha256, file -> settle(file, sha256));
  }

  /**
   * Takes a checkpoint of a job in, in place of the one before: it is of no use to anybody else, so
   * that it lies apart from the files that many may share.
   *
   * @throws CodedException as {@link #receive}
   */
  public StoredFile receiveCheckpoint(
      UUID jobId, InputStream body, long statedLength, Bytes32 sha256) {
    return receive(
        body,
        statedLength,
        sha256,
        file -> {
          Files.move(file, checkpoint(jobId), StandardCopyOption.ATOMIC_MOVE);
          force(checkpoints);
        });
  }

  /** Where a job's checkpoint lies if there is one. */
  public Path checkpoint(UUID jobId) {
    return checkpoints.resolve(jobId.toString());
  }

  /** Forgets the checkpoint of a job that needs none any more. */
  public void removeCheckpoint(UUID jobId) {
    discard(checkpoint(jobId));
  }

  /** Gives a file that arrived whole its place. */
  @FunctionalInterface
  private interface Placing {
    void place(Path file) throws IOException;
  }

  private StoredFile receive(InputStream body, long statedLength, Bytes32 sha256, Placing placing) {
    requireRoom(Math.max(statedLength, 0));
    Path file = incoming.resolve(UUID.randomUUID() + ".incomplete");
    try {
      long size = write(body, file, sha256);
      if (statedLength >= 0 && size != statedLength) {
        throw cut(null);
      }
      placing.place(file);
      return new StoredFile(sha256, size);
    } catch (IOException e) {
      throw new UncheckedIOException("The store at " + directory + " cannot be written", e);
    } finally {
      discard(file);
    }
  }

  /** Keeps bytes as a file of the store. */
  public StoredFile keep(byte[] bytes) {
    StoredFile file = describe(bytes);
    return receive(new ByteArrayInputStream(bytes), bytes.length, file.sha256());
  }

  /** What bytes are called in every store. */
  public static StoredFile describe(byte[] bytes) {
    return new StoredFile(Bytes32.of(Digests.sha256().digest(bytes)), bytes.length);
  }

  /** Opens a file of the store for reading. */
  public FileChannel open(Bytes32 sha256) throws IOException {
    return FileChannel.open(pathOf(sha256), StandardOpenOption.READ);
  }

  /** Where a file of the store lies; it may be read and must not be changed. */
  public Path pathOf(Bytes32 sha256) {
    return shelfOf(sha256).resolve(nameOf(sha256).substring(2));
  }

  /** A directory for each first byte, so that none grows too long. */
  private Path shelfOf(Bytes32 sha256) {
    return directory.resolve(nameOf(sha256).substring(0, 2));
  }

  private static String nameOf(Bytes32 sha256) {
    return HexFormat.of().formatHex(sha256.toBytes());
  }

  private long write(InputStream body, Path file, Bytes32 sha256) throws IOException {
    MessageDigest digest = Digests.sha256();
    long size = 0;
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      byte[] buffer = new byte[BUFFER];
      for (int read = read(body, buffer); read >= 0; read = read(body, buffer)) {
        if (size / SPACE_CHECK != (size + read) / SPACE_CHECK) {
          requireRoom(0);
        }
        size += read;
        if (size > largest) {
          throw tooLarge();
        }
        digest.update(buffer, 0, read);
        ByteBuffer chunk = ByteBuffer.wrap(buffer, 0, read);
        while (chunk.hasRemaining()) {
          out.write(chunk);
        }
      }
      if (!Bytes32.of(digest.digest()).equals(sha256)) {
        throw new CodedException(
            RegistryError.DIGEST_DIFFERS,
            "The file that arrived (" + size + " bytes) does not have the stated SHA-256.");
      }
      out.force(true);
    }
    return size;
  }

  /** A failure to read is the sender's, a failure to write is ours. */
  private static int read(InputStream body, byte[] buffer) {
    try {
      return body.read(buffer);
    } catch (IOException e) {
      throw cut(e);
    }
  }

  private void settle(Path file, Bytes32 sha256) throws IOException {
    Path target = pathOf(sha256);
    if (Files.exists(target)) {
      return;
    }
    Path shelf = shelfOf(sha256);
    Files.createDirectories(shelf);
    Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
    force(shelf);
    force(directory);
  }

  private static void force(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private void requireRoom(long length) {
    if (length > largest) {
      throw tooLarge();
    }
    try {
      FileStore disk = Files.getFileStore(incoming);
      if (disk.getUsableSpace() - length < spaceLeft) {
        throw new CodedException(
            RegistryError.STORE_FULL, "The registry has no room for the file.");
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The store at " + directory + " cannot be reached", e);
    }
  }

  private CodedException tooLarge() {
    return new CodedException(
        RegistryError.FILE_TOO_LARGE, "The file is larger than " + largest + " bytes.");
  }

  private static CodedException cut(@Nullable IOException cause) {
    return new CodedException(
        RegistryError.UPLOAD_CUT,
        "The upload ended before the file did.",
        cause == null ? new EOFException() : cause);
  }

  private static void discard(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.warn("{} is left behind and will be removed at a later start", file, e);
    }
  }

  /** Of uploads that a killed process left. Younger ones may be another instance's. */
  private void removeAbandoned() throws IOException {
    Instant before = Instant.now().minus(ABANDONED);
    try (Stream<Path> files = Files.list(incoming)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        if (Files.getLastModifiedTime(file).toInstant().isBefore(before)) {
          discard(file);
        }
      }
    }
  }
}
