package org.oml.registry.upload;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HexFormat;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.registry.RegistryError;
import org.oml.registry.RegistryProperties;
import org.oml.registry.blob.Blobs;
import org.oml.registry.blob.Staging;
import org.oml.registry.blob.StoredFile;
import org.springframework.stereotype.Component;

/**
 * Uploads that go on where they were cut. What came is kept on the disk before the answer says so;
 * the file becomes the model's when all of it is there and has the hash that it is called by.
 */
@Component
public final class Uploads {

  private final UploadStore store;
  private final Staging staging;
  private final Blobs blobs;
  private final Path directory;
  private final Duration unfinished;

  Uploads(UploadStore store, Staging staging, Blobs blobs, RegistryProperties properties) {
    this.store = store;
    this.staging = staging;
    this.blobs = blobs;
    this.directory = staging.directory("uploads");
    this.unfinished = properties.collection().unfinished();
  }

  /** How much of a file a model has. */
  public UploadState state(Bytes32 modelId, Bytes32 sha256) {
    var whole = store.sizeOf(modelId, sha256);
    if (whole.isPresent()) {
      return new UploadState(whole.getAsLong(), true);
    }
    return arrived(modelId, sha256);
  }

  /** How much of a file a destination has. */
  public UploadState state(Destination destination, StoredFile file) {
    return destination.has(file)
        ? new UploadState(file.size(), true)
        : arrived(destination.id(), file.sha256());
  }

  private UploadState arrived(Bytes32 id, Bytes32 sha256) {
    try {
      Path part = part(id, sha256);
      return new UploadState(Files.exists(part) ? Files.size(part) : 0, false);
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  /**
   * Takes more of a model's file, as {@link #append(Address, Destination, StoredFile, long,
   * InputStream)}.
   */
  public UploadState append(
      Address account, Bytes32 modelId, StoredFile file, long offset, InputStream body) {
    return append(account, new ModelDestination(store, account, modelId), file, offset, body);
  }

  /**
   * Takes more of a file.
   *
   * @param account that sends it
   * @param file as it will be
   * @param offset from which the body goes on
   * @param body as much as is sent now
   * @throws CodedException {@link RegistryError#UPLOAD_OFFSET_DIFFERS}, {@link
   *     RegistryError#UPLOAD_BUSY}, {@link RegistryError#UPLOAD_QUOTA_USED}, {@link
   *     RegistryError#UPLOAD_CUT} (what came is kept), {@link RegistryError#DIGEST_DIFFERS}
   *     (nothing is kept), {@link RegistryError#FILE_TOO_LARGE}, {@link RegistryError#STORE_FULL}
   */
  public UploadState append(
      Address account, Destination destination, StoredFile file, long offset, InputStream body) {
    if (destination.has(file)) {
      return new UploadState(file.size(), true);
    }
    staging.requireRoom(file.size());
    store.begin(account, destination.id(), file);
    Path part = part(destination.id(), file.sha256());
    try (FileChannel out =
        FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      requireAlone(out);
      if (out.size() != offset) {
        throw new CodedException(
            RegistryError.UPLOAD_OFFSET_DIFFERS, "The upload goes on at " + out.size() + ".");
      }
      out.position(offset);
      try {
        staging.append(body, out, file.size() - offset);
      } finally {
        out.force(true);
      }
      if (out.size() < file.size()) {
        return new UploadState(out.size(), false);
      }
      complete(destination, file, part);
      return new UploadState(file.size(), true);
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  private void complete(Destination destination, StoredFile file, Path part) throws IOException {
    try (Staging.Arrival arrival = new Staging.Arrival(part, file)) {
      if (!Staging.sha256(part).equals(file.sha256())) {
        store.forget(destination.id(), file.sha256());
        throw new CodedException(
            RegistryError.DIGEST_DIFFERS,
            "The " + file.size() + " bytes that arrived do not have the SHA-256 of their name.");
      }
      blobs.keep(
          arrival,
          () -> {
            destination.keep(file);
            store.forget(destination.id(), file.sha256());
          });
    }
  }

  /** Until the channel is closed, against this registry's calls and another's on the same disk. */
  private static void requireAlone(FileChannel out) throws IOException {
    boolean alone;
    try {
      alone = out.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      alone = false;
    }
    if (!alone) {
      throw new CodedException(
          RegistryError.UPLOAD_BUSY, "The same file is being sent by another call.");
    }
  }

  /** Forgets uploads that nobody went on with, and files that became part of no revision. */
  public void forgetUnfinished() {
    for (ModelFileKey key : store.stale(unfinished)) {
      try {
        Files.deleteIfExists(part(key.modelId(), key.sha256()));
      } catch (IOException e) {
        throw unusable(e);
      }
      store.forget(key.modelId(), key.sha256());
    }
    store.forgetUnpublished(unfinished);
  }

  private Path part(Bytes32 id, Bytes32 sha256) {
    return directory.resolve(
        HexFormat.of().formatHex(id.toBytes()) + "-" + HexFormat.of().formatHex(sha256.toBytes()));
  }

  private UncheckedIOException unusable(IOException cause) {
    return new UncheckedIOException("The directory " + directory + " cannot be used", cause);
  }
}
