package org.oml.cli.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.Consumer;
import org.oml.cli.CliError;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.Manifest;
import org.oml.protocol.ManifestFile;
import org.oml.protocol.client.FileDownload;
import org.oml.protocol.client.ServiceClient;

/**
 * Fetches an instance into a directory beside the final one, which appears under its name only when
 * every byte is what the manifest on chain says.
 */
final class InstanceDownload {

  private final ServiceClient registry;
  private final Bytes32 instanceId;
  private final Consumer<String> progress;

  InstanceDownload(ServiceClient registry, Bytes32 instanceId, Consumer<String> progress) {
    this.registry = registry;
    this.instanceId = instanceId;
    this.progress = progress;
  }

  void to(Path directory, Bytes32 manifestHash, Bytes32 fingerprintRoot)
      throws IOException, InterruptedException {
    if (Files.isDirectory(directory)) {
      requireWhole(directory, manifestHash);
      return;
    }
    Manifest manifest = manifest(manifestHash, fingerprintRoot);
    Path parts = directory.resolveSibling(directory.getFileName() + ".incomplete");
    Files.createDirectories(parts);
    FileDownload download =
        new FileDownload(registry, "/v1/instances/" + instanceId + "/files/", progress);
    for (ManifestFile file : manifest.files()) {
      download.fetch(file, parts);
    }
    Files.write(parts.resolve(Manifest.FILE_NAME), manifest.bytes());
    requireWhole(parts, manifestHash);
    Files.move(parts, directory, StandardCopyOption.ATOMIC_MOVE);
  }

  private Manifest manifest(Bytes32 manifestHash, Bytes32 fingerprintRoot) {
    Manifest manifest =
        Manifest.of(registry.get("/v1/instances/" + instanceId).required("manifest"));
    boolean ours =
        manifest.hash().equals(manifestHash)
            && manifest
                .instance()
                .filter(part -> part.fingerprintRoot().equals(fingerprintRoot))
                .isPresent();
    if (!ours) {
      throw new CodedException(
          CliError.DOWNLOAD_DAMAGED, "The registry's manifest is not the one on chain.");
    }
    return manifest;
  }

  private static void requireWhole(Path directory, Bytes32 manifestHash) throws IOException {
    Manifest manifest = Host.manifestIn(directory);
    if (!manifest.hash().equals(manifestHash)) {
      throw new CodedException(
          CliError.DOWNLOAD_DAMAGED, directory + " holds another instance than the one on chain.");
    }
    manifest.requireDirectory(directory);
  }
}
