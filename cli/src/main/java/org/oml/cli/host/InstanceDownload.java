package org.oml.cli.host;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import org.oml.cli.CliError;
import org.oml.cli.client.ServiceClient;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.Manifest;
import org.oml.protocol.ManifestFile;
import tools.jackson.databind.JsonNode;

/**
 * Fetches an instance. Files grow as {@code NAME.incomplete} in a directory beside the final one, a run that was cut off goes on
 * where it stopped, and the directory appears under its name only when every byte is what the manifest on chain says.
 */
final class InstanceDownload {

  private static final int ATTEMPTS = 20;
  private static final int BUFFER = 1 << 16;
  private static final String INCOMPLETE = ".incomplete";

  private final ServiceClient registry;
  private final Bytes32 instanceId;
  private final Consumer<String> progress;

  InstanceDownload(ServiceClient registry, Bytes32 instanceId, Consumer<String> progress) {
    this.registry = registry;
    this.instanceId = instanceId;
    this.progress = progress;
  }

  void to(Path directory, Bytes32 manifestHash, Bytes32 fingerprintRoot) throws IOException, InterruptedException {
    if (Files.isDirectory(directory)) {
      requireWhole(directory, manifestHash);
      return;
    }
    Manifest manifest = manifest(manifestHash, fingerprintRoot);
    Path parts = directory.resolveSibling(directory.getFileName() + INCOMPLETE);
    Files.createDirectories(parts);
    for (ManifestFile file : manifest.files()) {
      fetch(file, parts);
    }
    Files.write(parts.resolve(Manifest.FILE_NAME), manifest.bytes());
    requireWhole(parts, manifestHash);
    Files.move(parts, directory, StandardCopyOption.ATOMIC_MOVE);
  }

  private Manifest manifest(Bytes32 manifestHash, Bytes32 fingerprintRoot) {
    JsonNode instance = registry.get("/v1/instances/" + instanceId);
    byte[] bytes = canonical(instance.required("manifest"));
    Manifest manifest = Manifest.parse(bytes);
    boolean ours =
        manifest.hash().equals(manifestHash)
            && manifest.instance().filter(part -> part.fingerprintRoot().equals(fingerprintRoot)).isPresent();
    if (!ours) {
      throw new CodedException(CliError.DOWNLOAD_DAMAGED, "The registry's manifest is not the one on chain.");
    }
    return manifest;
  }

  private static byte[] canonical(JsonNode manifest) {
    try {
      return new org.erdtman.jcs.JsonCanonicalizer(manifest.toString()).getEncodedUTF8();
    } catch (IOException e) {
      throw new CodedException(CliError.DOWNLOAD_DAMAGED, "The registry's manifest is no JSON.", e);
    }
  }

  private void fetch(ManifestFile file, Path parts) throws IOException, InterruptedException {
    Path whole = parts.resolve(file.path());
    Path part = parts.resolve(file.path() + INCOMPLETE);
    Files.createDirectories(java.util.Objects.requireNonNull(whole.getParent()));
    for (int attempt = 0; !Files.exists(whole); attempt++) {
      long have = Files.exists(part) ? Files.size(part) : 0;
      if (have == file.size()) {
        Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE);
      } else if (have > file.size()) {
        Files.delete(part);
      } else if (attempt == ATTEMPTS) {
        throw new CodedException(CliError.DOWNLOAD_DAMAGED, file.path() + " could not be downloaded.");
      } else {
        append(file, part, have);
      }
    }
  }

  private void append(ManifestFile file, Path part, long have) throws IOException, InterruptedException {
    String digits = file.sha256().toString().substring(2);
    HttpResponse<InputStream> response =
        registry.download("/v1/instances/" + instanceId + "/files/" + file.path(), have, '"' + digits + '"');
    StandardOpenOption mode =
        response.statusCode() == 206 ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING;
    long done = response.statusCode() == 206 ? have : 0;
    try (InputStream in = response.body();
        OutputStream out = Files.newOutputStream(part, StandardOpenOption.CREATE, mode, StandardOpenOption.WRITE)) {
      byte[] buffer = new byte[BUFFER];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        out.write(buffer, 0, read);
        done += read;
        progress.accept(file.path() + " " + 100 * done / Math.max(1, file.size()) + "%");
      }
    } catch (IOException cut) {
      progress.accept(file.path() + ": the connection was cut, going on");
      Thread.sleep(500);
    }
  }

  private static void requireWhole(Path directory, Bytes32 manifestHash) throws IOException {
    Manifest manifest = Host.manifestIn(directory);
    if (!manifest.hash().equals(manifestHash)) {
      throw new CodedException(CliError.DOWNLOAD_DAMAGED, directory + " holds another instance than the one on chain.");
    }
    manifest.requireDirectory(directory);
  }
}
