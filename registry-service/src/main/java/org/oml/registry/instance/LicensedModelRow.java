package org.oml.registry.instance;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.hibernate.annotations.Immutable;
import org.oml.protocol.Bytes32;

/** What a host's signature says of a model, which the instance's own row does not repeat. */
@Entity
@Immutable
@Table(name = "model")
final class LicensedModelRow {

  @Id private Bytes32 modelId;
  @Column private Bytes32 licenceHash;
  @Column private Bytes32 baseManifestHash;

  @SuppressWarnings("NullAway.Init")
  LicensedModelRow() {}

  Bytes32 modelId() {
    return modelId;
  }

  Bytes32 licenceHash() {
    return licenceHash;
  }

  Bytes32 baseManifestHash() {
    return baseManifestHash;
  }
}
