package org.oml.registry.blob;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
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
 * Where files arrive before they are kept, on the local disk whatever the store is. Nothing here is
 * visible to anybody, and what a killed process left goes away.
 */
@Component
public final class Staging {

  private static final Logger LOG = LoggerFactory.getLogger(Staging.class);
  private static final Duration ABANDONED = Duration.ofDays(1);
  private static final int BUFFER = 1 << 16;

  /** How often the space left is looked at while a file of unstated length arrives. */
  private static final long SPACE_CHECK = 64L << 20;

  private final Path incoming;
  private final Path directory;
  private final long largest;
  private final long spaceLeft;

  Staging(RegistryProperties properties) throws IOException {
    this.directory = Files.createDirectories(properties.blobs().toAbsolutePath());
    this.incoming = Files.createDirectories(directory.resolve("incoming"));
    this.largest = properties.largestFile().toBytes();
    this.spaceLeft = properties.spaceLeft().toBytes();
    removeAbandoned();
  }

  /** A directory beside, for what arrives in several parts. */
  public Path directory(String name) {
    try {
      return Files.createDirectories(directory.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException("The directory " + directory + " cannot be written", e);
    }
  }

  /**
   * A file that arrived whole and is as it was stated to be.
   *
   * @param path where it lies until it is closed
   */
  public record Arrival(Path path, StoredFile file) implements AutoCloseable {

    @Override
    public void close() {
      discard(path);
    }
  }

  /**
   * Takes a file in.
   *
   * @param body read to its end
   * @param statedLength of the body, negative if it is not stated
   * @param sha256 that the file must have
   * @throws CodedException {@link RegistryError#DIGEST_DIFFERS}, {@link
   *     RegistryError#FILE_TOO_LARGE}, {@link RegistryError#UPLOAD_CUT}, {@link
   *     RegistryError#STORE_FULL}; nothing is left then
   */
  public Arrival receive(InputStream body, long statedLength, Bytes32 sha256) {
    requireRoom(Math.max(statedLength, 0));
    Path file = incoming.resolve(UUID.randomUUID() + ".incomplete");
    boolean whole = false;
    try {
      long size = write(body, file, sha256);
      if (statedLength >= 0 && size != statedLength) {
        throw cut(null);
      }
      whole = true;
      return new Arrival(file, new StoredFile(sha256, size));
    } catch (IOException e) {
      throw new UncheckedIOException("The directory " + incoming + " cannot be written", e);
    } finally {
      if (!whole) {
        discard(file);
      }
    }
  }

  private long write(InputStream body, Path file, Bytes32 sha256) throws IOException {
    MessageDigest digest = Digests.sha256();
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      long size = copy(body, out, largest, digest);
      if (!Bytes32.of(digest.digest()).equals(sha256)) {
        throw new CodedException(
            RegistryError.DIGEST_DIFFERS,
            "The file that arrived (" + size + " bytes) does not have the stated SHA-256.");
      }
      out.force(true);
      return size;
    }
  }

  /**
   * Appends a body to a file as far as it comes.
   *
   * @param most bytes that may come
   * @return how many came
   * @throws CodedException {@link RegistryError#FILE_TOO_LARGE} if more came, {@link
   *     RegistryError#UPLOAD_CUT}; what came before is in the file
   */
  public long append(InputStream body, FileChannel out, long most) throws IOException {
    return copy(body, out, most, null);
  }

  /** The hash of a file's content. */
  public static Bytes32 sha256(Path file) throws IOException {
    MessageDigest digest = Digests.sha256();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] buffer = new byte[BUFFER];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    }
    return Bytes32.of(digest.digest());
  }

  private long copy(InputStream body, FileChannel out, long most, @Nullable MessageDigest digest)
      throws IOException {
    long size = 0;
    byte[] buffer = new byte[BUFFER];
    for (int read = read(body, buffer); read >= 0; read = read(body, buffer)) {
      if (size / SPACE_CHECK != (size + read) / SPACE_CHECK) {
        requireRoom(0);
      }
      size += read;
      if (size > most) {
        throw tooLarge(most);
      }
      if (digest != null) {
        digest.update(buffer, 0, read);
      }
      ByteBuffer chunk = ByteBuffer.wrap(buffer, 0, read);
      while (chunk.hasRemaining()) {
        out.write(chunk);
      }
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

  /**
   * Goes on only if so many bytes more may be taken.
   *
   * @throws CodedException {@link RegistryError#FILE_TOO_LARGE}, {@link RegistryError#STORE_FULL}
   */
  public void requireRoom(long length) {
    if (length > largest) {
      throw tooLarge(largest);
    }
    try {
      FileStore disk = Files.getFileStore(incoming);
      if (disk.getUsableSpace() - length < spaceLeft) {
        throw new CodedException(
            RegistryError.STORE_FULL, "The registry has no room for the file.");
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The directory " + incoming + " cannot be reached", e);
    }
  }

  private static CodedException tooLarge(long most) {
    return new CodedException(
        RegistryError.FILE_TOO_LARGE, "The file is larger than " + most + " bytes.");
  }

  private static CodedException cut(@Nullable IOException cause) {
    return new CodedException(
        RegistryError.UPLOAD_CUT,
        "The upload ended before the file did.",
        cause == null ? new EOFException() : cause);
  }

  static void discard(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.warn("{} is left behind and will be removed at a later start", file, e);
    }
  }

  /** Of uploads that a killed process left. Younger ones may be another registry's. */
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
