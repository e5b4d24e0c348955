package org.oml.cli.host;

import java.io.IOException;
import java.nio.file.Path;
import org.oml.cli.CliError;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.Manifest;
import org.oml.protocol.Signature;
import org.oml.protocol.SigningDomain;
import org.oml.protocol.client.DirectoryDownload;
import org.oml.protocol.client.DownloadProgress;
import org.oml.protocol.client.FileDownload;
import org.oml.protocol.client.ServiceClient;

/**
 * Fetches an instance. Its manifest is believed because the chain has its hash and its fingerprint
 * root, with the host's own signature, and because the account signed it that the chain names as
 * the model's publisher: the signature stays with the directory, wherever it goes.
 */
final class InstanceDownload {

  private final ServiceClient registry;
  private final Bytes32 instanceId;

  InstanceDownload(ServiceClient registry, Bytes32 instanceId) {
    this.registry = registry;
    this.instanceId = instanceId;
  }

  /** The manifest, if it is the one on chain. */
  Manifest manifest(Bytes32 manifestHash, Bytes32 fingerprintRoot) {
    Manifest manifest =
        Manifest.of(registry.get("/v1/instances/" + instanceId).required("manifest"));
    requireOnChain(manifest, instanceId, manifestHash, fingerprintRoot);
    return manifest;
  }

  /**
   * Goes on only with the manifest of this instance that the chain has.
   *
   * @throws CodedException {@link CliError#DOWNLOAD_DAMAGED}
   */
  static void requireOnChain(
      Manifest manifest, Bytes32 instanceId, Bytes32 manifestHash, Bytes32 fingerprintRoot) {
    boolean ours =
        manifest.hash().equals(manifestHash)
            && manifest
                .instance()
                .filter(part -> part.instanceId().equals(instanceId))
                .filter(part -> part.fingerprintRoot().equals(fingerprintRoot))
                .isPresent();
    if (!ours) {
      throw new CodedException(
          CliError.DOWNLOAD_DAMAGED, "The registry's manifest is not the one on chain.");
    }
  }

  /**
   * Goes on only with a manifest that the model's publisher signed.
   *
   * @param publisher that the chain names
   * @throws CodedException {@link CliError#MANIFEST_UNSIGNED}, {@link CliError#MANIFEST_FOREIGN}
   */
  static void requireSigned(Manifest manifest, SigningDomain domain, Address publisher) {
    Signature signature =
        manifest
            .instance()
            .flatMap(Manifest.Instance::publisherSignature)
            .orElseThrow(
                () ->
                    new CodedException(
                        CliError.MANIFEST_UNSIGNED, "The manifest has no publisher's signature."));
    Address signer = manifest.publication().orElseThrow().signer(domain, signature);
    if (!signer.equals(publisher)) {
      throw new CodedException(
          CliError.MANIFEST_FOREIGN,
          "The manifest is signed by "
              + signer
              + ", and the chain has "
              + publisher
              + " publish the model.");
    }
  }

  void to(Path directory, Manifest manifest, DownloadProgress progress)
      throws IOException, InterruptedException {
    new DirectoryDownload(
            new FileDownload(registry, "/v1/instances/" + instanceId + "/files/", progress))
        .fetch(manifest, directory);
  }
}
