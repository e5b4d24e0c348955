package org.oml.registry.download;

import org.oml.protocol.CodedException;
import org.oml.protocol.Manifest;
import org.oml.registry.RegistryError;
import org.oml.registry.blob.BlobStore;
import org.oml.registry.blob.StoredFile;
import org.springframework.stereotype.Component;

/** The files of a model's directory: what its manifest lists, and the manifest itself. */
@Component
public final class ModelFiles {

  private final BlobStore store;

  ModelFiles(BlobStore store) {
    this.store = store;
  }

  /** Keeps the manifest itself, so that it can be downloaded like the files that it lists. */
  public void keep(Manifest manifest) {
    store.keep(manifest.bytes());
  }

  /**
   * @param path as the manifest has it; nothing else is ever looked up
   * @throws CodedException {@link RegistryError#FILE_UNKNOWN}
   */
  public StoredFile find(Manifest manifest, String path) {
    if (path.equals(Manifest.FILE_NAME)) {
      return BlobStore.describe(manifest.bytes());
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
