package org.oml.protocol;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * Reads {@code oml.json}. Whatever is unknown, missing, doubled or spelled otherwise is refused by
 * writing the manifest again and comparing the bytes.
 */
final class ManifestReader {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LARGEST = 4 << 20;

  private ManifestReader() {}

  static Manifest read(byte[] bytes) {
    if (bytes.length > LARGEST) {
      throw Manifest.invalid("The manifest is larger than 4 MiB.");
    }
    Manifest manifest;
    try {
      manifest = manifest(JSON.readTree(bytes));
    } catch (JacksonException | NumberFormatException e) {
      throw Manifest.invalid("The manifest is not JSON or a number in it is none.");
    }
    if (!Arrays.equals(manifest.bytes(), bytes)) {
      throw Manifest.invalid(
          "The manifest is not in canonical form or holds members that version 1 does not have.");
    }
    return manifest;
  }

  private static Manifest manifest(JsonNode root) {
    Optional<Manifest.Instance> instance =
        text(root, "kind").equals("instance") ? Optional.of(instance(root)) : Optional.empty();
    List<ManifestFile> files = new ArrayList<>();
    for (JsonNode file : root.path("files")) {
      files.add(
          new ManifestFile(
              text(file, "path"),
              Long.parseLong(text(file, "size")),
              Bytes32.parse(text(file, "sha256"))));
    }
    return new Manifest(
        text(root, "model"),
        Bytes32.parse(text(root, "licenceHash")),
        Integer.parseInt(text(root, "termsVersion")),
        instance,
        files);
  }

  private static Manifest.Instance instance(JsonNode root) {
    return new Manifest.Instance(
        Bytes32.parse(text(root, "modelId")),
        Bytes32.parse(text(root, "baseManifestHash")),
        Bytes32.parse(text(root, "instanceId")),
        Address.parse(text(root, "host")),
        Bytes32.parse(text(root, "fingerprintRoot")),
        Integer.parseInt(text(root, "fingerprintCount")),
        root.has("publisherSignature")
            ? Optional.of(Signature.parse(text(root, "publisherSignature")))
            : Optional.empty());
  }

  private static String text(JsonNode node, String name) {
    JsonNode value = node.path(name);
    if (!value.isString()) {
      throw Manifest.invalid("The manifest has no text " + name + " where one belongs.");
    }
    return value.asString();
  }
}
