package org.oml.registry.catalogue;

import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.Keccak;
import org.oml.protocol.Manifest;
import org.oml.protocol.ManifestFile;
import org.oml.registry.RegistryError;
import org.oml.registry.blob.BlobStore;
import org.oml.registry.blob.StoredFile;
import org.oml.registry.download.ModelFiles;
import org.springframework.stereotype.Component;

/** The base models of this registry. What the chain says of a model is asked anew each time. */
@Component
public final class Catalogue {

  private final ModelStore models;
  private final BlobStore blobs;
  private final ModelFiles files;
  private final ChainView chain;

  Catalogue(ModelStore models, BlobStore blobs, ModelFiles files, ChainView chain) {
    this.models = models;
    this.blobs = blobs;
    this.files = files;
    this.chain = chain;
  }

  /** All models, by name. */
  public List<PublishedModel> all() {
    return models.all();
  }

  /**
   * @throws CodedException {@link RegistryError#MODEL_UNKNOWN}
   */
  public PublishedModel get(ModelName name) {
    return models
        .byName(name)
        .orElseThrow(
            () ->
                new CodedException(RegistryError.MODEL_UNKNOWN, "There is no model " + name + "."));
  }

  /**
   * @throws CodedException {@link RegistryError#MODEL_UNKNOWN}
   */
  public PublishedModel get(Bytes32 modelId) {
    return models
        .byId(modelId)
        .orElseThrow(
            () ->
                new CodedException(
                    RegistryError.MODEL_UNKNOWN, "There is no model " + modelId + "."));
  }

  /** Takes a file of a model that the account owns on chain, before or after it is published. */
  StoredFile upload(
      Address account,
      ModelName name,
      String path,
      InputStream body,
      long statedLength,
      Bytes32 sha256) {
    Bytes32 modelId = requireOwned(account, name);
    new ManifestFile(path, Math.max(0, statedLength), sha256);
    StoredFile file = blobs.receive(body, statedLength, sha256);
    models.addFile(modelId, path, file);
    return file;
  }

  /** Publishes a model; the same again is answered alike. */
  PublishedModel publish(
      Address account, ModelName name, Bytes32 modelId, String licence, Manifest manifest) {
    if (!requireOwned(account, name).equals(modelId)) {
      throw new CodedException(
          RegistryError.MODEL_DIFFERS, "The identifier is not that of " + name + " on chain.");
    }
    requireAsOnChain(chain.model(modelId).orElseThrow(), name, licence, manifest);
    requireFiles(modelId, manifest);
    files.keep(manifest);
    PublishedModel model = new PublishedModel(modelId, name, account, licence, manifest);
    if (!models.add(model)) {
      throw new CodedException(
          RegistryError.MODEL_NAME_TAKEN, "Another model is called " + name + " already.");
    }
    return get(name);
  }

  private Bytes32 requireOwned(Address account, ModelName name) {
    Bytes32 modelId =
        models
            .byName(name)
            .map(PublishedModel::modelId)
            .filter(known -> isOwned(known, account))
            .orElseGet(() -> chain.modelId(account, name.toString()));
    if (chain.model(modelId).isEmpty()) {
      RegistryError error =
          models.byName(name).isPresent()
              ? RegistryError.MODEL_NOT_YOURS
              : RegistryError.MODEL_NOT_ON_CHAIN;
      throw new CodedException(
          error, "The account " + account + " has no model " + name + " on chain.");
    }
    if (!isOwned(modelId, account)) {
      throw new CodedException(
          RegistryError.MODEL_NOT_YOURS,
          "The account " + account + " no longer owns " + name + ".");
    }
    return modelId;
  }

  private boolean isOwned(Bytes32 modelId, Address account) {
    return chain.model(modelId).map(model -> model.owner().equals(account)).orElse(false);
  }

  private void requireAsOnChain(
      ChainModel onChain, ModelName name, String licence, Manifest manifest) {
    Bytes32 licenceHash = Keccak.of(licence);
    if (!licenceHash.equals(onChain.licenceHash()) || !licenceHash.equals(manifest.licenceHash())) {
      throw differs("licence", onChain.licenceHash());
    }
    if (!manifest.hash().equals(onChain.baseManifestHash())) {
      throw differs("manifest", onChain.baseManifestHash());
    }
    if (manifest.instance().isPresent() || !manifest.model().equals(name.toString())) {
      throw new CodedException(
          RegistryError.MODEL_DIFFERS, "The manifest is not that of a base model " + name + ".");
    }
    if (!onChain.publisher().equals(chain.registryAccount())) {
      throw new CodedException(
          RegistryError.PUBLISHER_DIFFERS,
          "On chain "
              + onChain.publisher()
              + " posts instances, not "
              + chain.registryAccount()
              + ".");
    }
  }

  private static CodedException differs(String what, Bytes32 onChain) {
    return new CodedException(
        RegistryError.MODEL_DIFFERS, "The " + what + " has not the hash " + onChain + ".");
  }

  private void requireFiles(Bytes32 modelId, Manifest manifest) {
    for (ManifestFile file : manifest.files()) {
      StoredFile wanted = new StoredFile(file.sha256(), file.size());
      if (!models.file(modelId, file.path()).equals(Optional.of(wanted))) {
        throw new CodedException(
            RegistryError.FILE_MISSING,
            "The file " + file.path() + " is missing or differs from the manifest.");
      }
    }
  }
}
