package org.oml.registry.blob;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.Consumer;
import org.oml.protocol.Bytes32;

/**
 * Where the files of models are kept, each under the SHA-256 of its content. A name stands for the
 * whole of what it says from the first moment that it is there. Safe for use by many threads and by
 * several registries that share one store.
 */
public interface BlobStore {

  /** Whether the store has a file. */
  boolean has(Bytes32 sha256) throws IOException;

  /**
   * Keeps a whole file whose content was checked; one that is there already stays as it is.
   *
   * @param whole where it lies; it stays there
   */
  void put(Path whole, StoredFile file) throws IOException;

  /** Where a file that the store has can be read. */
  Place place(Bytes32 sha256) throws IOException;

  /** Forgets a file; one that is not there is no error. */
  void remove(Bytes32 sha256) throws IOException;

  /** Shows every file that the store has, in no order, with the time since which it has it. */
  void forEach(Consumer<Kept> look) throws IOException;

  /**
   * A file of the store.
   *
   * @param since when it has been there, by the store's clock
   */
  record Kept(StoredFile file, Instant since) {}

  /** Where a file can be read. */
  sealed interface Place {

    /**
     * On this machine; the file may be read and must not be changed.
     *
     * @param path without links
     */
    record OnDisk(Path path) implements Place {}

    /**
     * At the store itself, for whoever has the address as long as it lasts.
     *
     * @param address signed for this one file, good for minutes
     */
    record Elsewhere(URI address) implements Place {}
  }
}
