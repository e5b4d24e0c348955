package org.oml.registry.blob;

import org.oml.protocol.Bytes32;

/**
 * A file that the store holds.
 *
 * @param sha256 of its bytes, which is its name in the store
 * @param size in bytes
 */
public record StoredFile(Bytes32 sha256, long size) {}
