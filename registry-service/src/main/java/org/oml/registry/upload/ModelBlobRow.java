package org.oml.registry.upload;

import jakarta.persistence.Column;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.time.Instant;
import org.oml.protocol.Address;

/** A file that a model has, whole. */
@Entity
@Table(name = "model_blob")
final class ModelBlobRow {

  @EmbeddedId
  @SuppressWarnings("UnusedVariable") // Queries read it.
  private ModelFileKey key;

  @Column private long size;
  @Column private Address account;
  @Column private Instant uploadedAt;

  @SuppressWarnings("NullAway.Init")
  ModelBlobRow() {}

  long size() {
    return size;
  }
}
