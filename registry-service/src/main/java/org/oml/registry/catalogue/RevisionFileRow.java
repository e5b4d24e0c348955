package org.oml.registry.catalogue;

import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import org.oml.protocol.Bytes32;
import org.springframework.data.domain.Persistable;

/** A file that a revision refers to. It is inserted unseen: its revision is new. */
@Entity
@Table(name = "revision_file")
final class RevisionFileRow implements Persistable<RevisionFileRow.Key> {

  @EmbeddedId private Key key;

  @Embeddable
  record Key(Bytes32 modelId, String commit, Bytes32 sha256) {}

  @SuppressWarnings("NullAway.Init")
  RevisionFileRow() {}

  RevisionFileRow(Key key) {
    this.key = key;
  }

  @Override
  public Key getId() {
    return key;
  }

  @Override
  public boolean isNew() {
    return true;
  }
}
