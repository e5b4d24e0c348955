package org.oml.registry.upload;

import jakarta.persistence.Column;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.time.Instant;
import org.oml.protocol.Address;

/** A file that is on its way to a model. */
@Entity
@Table(name = "upload")
final class UploadRow {

  @EmbeddedId
  @SuppressWarnings("UnusedVariable") // Queries read it.
  private ModelFileKey key;

  @Column private long size;
  @Column private Address account;
  @Column private Instant touchedAt;

  @SuppressWarnings("NullAway.Init")
  UploadRow() {}

  long size() {
    return size;
  }
}
