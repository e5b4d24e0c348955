package org.oml.registry.blob;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The store in a directory. */
final class DirectoryBlobsTest extends BlobStoreContract {

  @TempDir private static Path directory;

  @Override
  BlobStore store() throws IOException {
    return new DirectoryBlobs(directory);
  }
}
