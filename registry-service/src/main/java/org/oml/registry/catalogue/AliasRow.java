package org.oml.registry.catalogue;

import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import org.oml.protocol.Bytes32;

/** An alias and the revision that it names now. */
@Entity
@Table(name = "alias")
final class AliasRow {

  @EmbeddedId private Key key;
  @Column private String commit;

  /**
   * @param name of the alias
   */
  @Embeddable
  record Key(Bytes32 modelId, String name) {}

  @SuppressWarnings("NullAway.Init")
  AliasRow() {}

  String name() {
    return key.name();
  }

  String commit() {
    return commit;
  }
}
