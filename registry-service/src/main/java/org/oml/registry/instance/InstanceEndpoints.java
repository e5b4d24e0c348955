package org.oml.registry.instance;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.Manifest;
import org.oml.registry.RegistryError;
import org.oml.registry.catalogue.Catalogue;
import org.oml.registry.catalogue.ManifestJson;
import org.oml.registry.download.FileAnswer;
import org.oml.registry.download.ModelFiles;
import org.oml.servicekit.identity.Caller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** What a host sees of its instances, and where it downloads them. */
@RestController
@RequestMapping("/v1/instances")
final class InstanceEndpoints {

  private final Instances instances;
  private final Catalogue catalogue;
  private final ModelFiles files;
  private final FileAnswer answers;
  private final Downloads downloads;

  InstanceEndpoints(
      Instances instances,
      Catalogue catalogue,
      ModelFiles files,
      FileAnswer answers,
      Downloads downloads) {
    this.instances = instances;
    this.catalogue = catalogue;
    this.files = files;
    this.answers = answers;
    this.downloads = downloads;
  }

  record FileEntry(String path, String size, Bytes32 sha256) {}

  record InstanceAnswer(
      Bytes32 instanceId,
      String model,
      InstanceState state,
      Progress progress,
      @Nullable JsonNode manifest,
      @Nullable Bytes32 manifestHash,
      @Nullable Bytes32 fingerprintRoot,
      @Nullable Bytes32 transaction,
      List<FileEntry> files) {}

  record InstanceList(List<InstanceAnswer> instances) {}

  @GetMapping
  InstanceList all(Caller caller) {
    return new InstanceList(instances.of(caller.address()).stream().map(this::answer).toList());
  }

  @GetMapping("/{instanceId}")
  InstanceAnswer one(Caller caller, @PathVariable String instanceId) {
    return answer(own(caller, instanceId));
  }

  @GetMapping("/{instanceId}/files/{*path}")
  void file(
      Caller caller,
      @PathVariable String instanceId,
      @PathVariable String path,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    Instance instance = own(caller, instanceId);
    downloads.requireAllowed(instance);
    Manifest manifest = Objects.requireNonNull(instance.manifest(), "a published one has it");
    String relative = path.substring(1);
    answers.send(
        files.find(manifest, relative),
        request,
        response,
        bytes -> downloads.note(instance, relative, bytes));
  }

  private Instance own(Caller caller, String instanceId) {
    if (!instanceId.matches("0x[0-9a-f]{64}")) {
      throw new CodedException(
          RegistryError.INSTANCE_UNKNOWN, "An instance is named by 0x and 64 lower-case digits.");
    }
    return instances.get(Bytes32.parse(instanceId), caller.address());
  }

  private InstanceAnswer answer(Instance instance) {
    Manifest manifest = instance.manifest();
    return new InstanceAnswer(
        instance.instanceId(),
        catalogue.get(instance.licence().modelId()).name().toString(),
        instance.state(),
        instance.progress(),
        manifest == null ? null : ManifestJson.write(manifest),
        manifest == null ? null : manifest.hash(),
        instance.fingerprintRoot().orElse(null),
        instance.transaction(),
        manifest == null
            ? List.of()
            : manifest.files().stream()
                .map(file -> new FileEntry(file.path(), Long.toString(file.size()), file.sha256()))
                .toList());
  }
}
