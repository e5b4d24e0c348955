package org.oml.registry.upload;

import org.oml.protocol.Bytes32;
import org.oml.registry.blob.StoredFile;

/** Whose a file becomes that comes in part by part. */
public interface Destination {

  /** Of the model, or of the instance that a worker makes. */
  Bytes32 id();

  /** Whether it has just this file, whole. */
  boolean has(StoredFile file);

  /** Writes down that the file is its, in the transaction in which the file is kept. */
  void keep(StoredFile file);
}
