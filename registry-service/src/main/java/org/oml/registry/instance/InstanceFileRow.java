package org.oml.registry.instance;

import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import org.oml.protocol.Bytes32;
import org.oml.registry.blob.StoredFile;

/** A file that a worker sent of an instance. */
@Entity
@Table(name = "instance_file")
final class InstanceFileRow {

  @EmbeddedId
  @SuppressWarnings("UnusedVariable") // Queries read it.
  private Key key;

  @Column private Bytes32 sha256;
  @Column private long size;

  @Embeddable
  record Key(Bytes32 instanceId, String path) {}

  @SuppressWarnings("NullAway.Init")
  InstanceFileRow() {}

  InstanceFileRow(Key key, StoredFile file) {
    this.key = key;
    sha256 = file.sha256();
    size = file.size();
  }

  boolean is(StoredFile file) {
    return sha256.equals(file.sha256()) && size == file.size();
  }
}
