package org.oml.registry.upload;

import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.registry.blob.StoredFile;

/** A model, to which an account sends. */
record ModelDestination(UploadStore store, Address account, Bytes32 id) implements Destination {

  @Override
  public boolean has(StoredFile file) {
    return store.has(id, file);
  }

  @Override
  public void keep(StoredFile file) {
    store.complete(account, id, file);
  }
}
