package org.oml.registry.catalogue;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Manifest;

/** A published model; it stays as it is. */
@Entity
@Table(name = "model")
final class ModelRow {

  @Id private Bytes32 modelId;
  @Column private String name;
  @Column private Address owner;
  @Column private String licence;
  @Column private Bytes32 licenceHash;
  @Column private Manifest manifest;
  @Column private Bytes32 baseManifestHash;

  @SuppressWarnings("NullAway.Init")
  ModelRow() {}

  ModelRow(PublishedModel model) {
    modelId = model.modelId();
    name = model.name().toString();
    owner = model.owner();
    licence = model.licence();
    licenceHash = model.manifest().licenceHash();
    manifest = model.manifest();
    baseManifestHash = model.manifest().hash();
  }

  PublishedModel model() {
    return new PublishedModel(modelId, ModelName.parse(name), owner, licence, manifest);
  }
}
