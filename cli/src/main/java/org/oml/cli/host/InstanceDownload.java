package org.oml.cli.host;

import java.io.IOException;
import java.nio.file.Path;
import org.oml.cli.CliError;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.Manifest;
import org.oml.protocol.client.DirectoryDownload;
import org.oml.protocol.client.DownloadProgress;
import org.oml.protocol.client.FileDownload;
import org.oml.protocol.client.ServiceClient;

/**
 * Fetches an instance. Its manifest is believed because the chain has its hash and its fingerprint
 * root, which only the model's publisher can put there, with the host's own signature.
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
    return manifest;
  }

  void to(Path directory, Manifest manifest, DownloadProgress progress)
      throws IOException, InterruptedException {
    new DirectoryDownload(
            new FileDownload(registry, "/v1/instances/" + instanceId + "/files/", progress))
        .fetch(manifest, directory);
  }
}
