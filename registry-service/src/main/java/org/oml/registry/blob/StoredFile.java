package org.oml.registry.blob;

import org.oml.protocol.Bytes32;

/**
 * A file that the store holds.
 *
 * @param sha256 of its bytes, which is its name in the store
 * @param size in bytes
 */
public record StoredFile(Bytes32 sha256, long size) {

  /** What bytes are called in every store. */
  public static StoredFile of(byte[] bytes) {
    return new StoredFile(Bytes32.of(Digests.sha256().digest(bytes)), bytes.length);
  }
}
