package org.oml.registry.download;

import java.io.ByteArrayInputStream;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.Manifest;
import org.oml.registry.RegistryError;
import org.oml.registry.blob.Blobs;
import org.oml.registry.blob.Staging;
import org.oml.registry.blob.StoredFile;
import org.springframework.stereotype.Component;

/** The files of a model's directory: what its manifest lists, and the manifest itself. */
@Component
public final class ModelFiles {

  private final Staging staging;
  private final Blobs blobs;

  ModelFiles(Staging staging, Blobs blobs) {
    this.staging = staging;
    this.blobs = blobs;
  }

  /**
   * Keeps the manifest itself, so that it can be downloaded like the files that it lists.
   *
   * @param reference writes down in the same transaction whose manifest it is
   */
  public void keep(Manifest manifest, Runnable reference) {
    byte[] bytes = manifest.bytes();
    Bytes32 sha256 = StoredFile.of(bytes).sha256();
    try (Staging.Arrival arrival =
        staging.receive(new ByteArrayInputStream(bytes), bytes.length, sha256)) {
      blobs.keep(arrival, reference);
    }
  }

  /**
   * @param path as the manifest has it; nothing else is ever looked up
   * @throws CodedException {@link RegistryError#FILE_UNKNOWN}
   */
  public StoredFile find(Manifest manifest, String path) {
    if (path.equals(Manifest.FILE_NAME)) {
      return StoredFile.of(manifest.bytes());
    }
    return manifest.files().stream()
        .filter(file -> file.path().equals(path))
        .map(file -> new StoredFile(file.sha256(), file.size()))
        .findFirst()
        .orElseThrow(
            () ->
                new CodedException(
                    RegistryError.FILE_UNKNOWN, "The model has no file at this path."));
  }
}
