package org.oml.registry.catalogue;

import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.time.Instant;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Manifest;

/** A revision; it stays as it is. */
@Entity
@Table(name = "revision")
final class RevisionRow {

  @EmbeddedId private Key key;
  @Column private Manifest manifest;

  /** By the database's clock. */
  @Column(insertable = false, updatable = false)
  private Instant publishedAt;

  /**
   * @param commit by which the revision is called
   */
  @Embeddable
  record Key(Bytes32 modelId, String commit) {}

  @SuppressWarnings("NullAway.Init")
  RevisionRow() {}

  @SuppressWarnings("NullAway.Init") // The database dates it.
  RevisionRow(Bytes32 modelId, Manifest manifest) {
    key = new Key(modelId, Revision.commitOf(manifest));
    this.manifest = manifest;
  }

  Revision revision() {
    return new Revision(key.commit(), manifest, publishedAt);
  }
}
