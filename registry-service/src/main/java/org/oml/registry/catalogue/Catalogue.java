package org.oml.registry.catalogue;

import java.util.Comparator;
import java.util.List;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.Keccak;
import org.oml.protocol.Manifest;
import org.oml.protocol.ManifestFile;
import org.oml.registry.RegistryError;
import org.oml.registry.blob.StoredFile;
import org.oml.registry.download.ModelFiles;
import org.oml.registry.upload.UploadStore;
import org.springframework.stereotype.Component;

/** The base models of this registry. What the chain says of a model is asked anew each time. */
@Component
public final class Catalogue {

  private final ModelStore models;
  private final Revisions revisions;
  private final UploadStore uploads;
  private final ModelFiles files;
  private final ChainView chain;

  Catalogue(
      ModelStore models,
      Revisions revisions,
      UploadStore uploads,
      ModelFiles files,
      ChainView chain) {
    this.models = models;
    this.revisions = revisions;
    this.uploads = uploads;
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

  /**
   * Publishes a manifest of a model: the one that is on chain first, from which instances are made,
   * and further ones as revisions beside it. The same again is answered alike.
   */
  PublishedModel publish(
      Address account, ModelName name, Bytes32 modelId, String licence, Manifest manifest) {
    if (!requireOwned(account, name).equals(modelId)) {
      throw new CodedException(
          RegistryError.MODEL_DIFFERS, "The identifier is not that of " + name + " on chain.");
    }
    ChainModel onChain = chain.model(modelId).orElseThrow();
    requireOfModel(onChain, name, licence, manifest);
    boolean licensed = manifest.hash().equals(onChain.baseManifestHash());
    if (!licensed && models.byId(modelId).isEmpty()) {
      throw differs("manifest", onChain.baseManifestHash());
    }
    requireFiles(modelId, manifest);
    files.keep(
        manifest,
        () -> {
          if (licensed
              && !models.add(new PublishedModel(modelId, name, account, licence, manifest))) {
            throw new CodedException(
                RegistryError.MODEL_NAME_TAKEN, "Another model is called " + name + " already.");
          }
          renewFiles(modelId, manifest);
          revisions.add(modelId, manifest);
        });
    return get(name);
  }

  /** Has an alias of a model that an account owns name one of its revisions. */
  void pointAlias(Address account, ModelName name, String alias, String revision) {
    revisions.point(requireOwned(account, name), alias, revision);
  }

  /** Has an alias of any model name one of its revisions. */
  public void pointAlias(ModelName name, String alias, String revision) {
    revisions.point(get(name).modelId(), alias, revision);
  }

  /**
   * The model of this name that an account owns on chain, before or after it is published.
   *
   * @throws CodedException {@link RegistryError#MODEL_NOT_ON_CHAIN}, {@link
   *     RegistryError#MODEL_NOT_YOURS}
   */
  Bytes32 requireOwned(Address account, ModelName name) {
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

  /** Whether an account owns a model on chain. */
  public boolean isOwned(Bytes32 modelId, Address account) {
    return chain.model(modelId).map(model -> model.owner().equals(account)).orElse(false);
  }

  private void requireOfModel(
      ChainModel onChain, ModelName name, String licence, Manifest manifest) {
    Bytes32 licenceHash = Keccak.of(licence);
    if (!licenceHash.equals(onChain.licenceHash()) || !licenceHash.equals(manifest.licenceHash())) {
      throw differs("licence", onChain.licenceHash());
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
      if (!uploads.has(modelId, new StoredFile(file.sha256(), file.size()))) {
        throw missing(file);
      }
    }
  }

  /**
   * In one order for all, so that two that publish at a time wait for one another and no longer.
   */
  private void renewFiles(Bytes32 modelId, Manifest manifest) {
    manifest.files().stream()
        .sorted(Comparator.comparing(file -> file.sha256().toString()))
        .forEach(
            file -> {
              if (!uploads.renew(modelId, file.sha256())) {
                throw missing(file);
              }
            });
  }

  private static CodedException missing(ManifestFile file) {
    return new CodedException(
        RegistryError.FILE_MISSING,
        "The file " + file.path() + " is missing or differs from the manifest.");
  }
}
