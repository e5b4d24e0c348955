package org.oml.protocol;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.erdtman.jcs.JsonCanonicalizer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code oml.json}: what a model's directory holds and whose it is.
 *
 * @param model such as {@code community/model}
 * @param licenceHash hash of the licence's text
 * @param termsVersion at least 1
 * @param instance what makes it one host's; empty for a base model
 * @param files all files but the manifest itself, sorted by path
 */
public record Manifest(
    String model,
    Bytes32 licenceHash,
    int termsVersion,
    Optional<Instance> instance,
    List<ManifestFile> files) {

  /** The manifest's own name in its directory. */
  public static final String FILE_NAME = "oml.json";

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * What distinguishes a host's instance from its base.
   *
   * @param modelId of the model on chain
   * @param baseManifestHash of the base it was made from
   * @param instanceId of the instance
   * @param host whose it is
   * @param fingerprintRoot over the leaves of its fingerprints
   * @param fingerprintCount how many there are, at least 1
   * @param publisherSignature over {@link Manifest#publication}; empty until it is signed
   */
  public record Instance(
      Bytes32 modelId,
      Bytes32 baseManifestHash,
      Bytes32 instanceId,
      Address host,
      Bytes32 fingerprintRoot,
      int fingerprintCount,
      Optional<Signature> publisherSignature) {

    /** Not signed yet. */
    public Instance(
        Bytes32 modelId,
        Bytes32 baseManifestHash,
        Bytes32 instanceId,
        Address host,
        Bytes32 fingerprintRoot,
        int fingerprintCount) {
      this(
          modelId,
          baseManifestHash,
          instanceId,
          host,
          fingerprintRoot,
          fingerprintCount,
          Optional.empty());
    }

    Instance with(Optional<Signature> signature) {
      return new Instance(
          modelId,
          baseManifestHash,
          instanceId,
          host,
          fingerprintRoot,
          fingerprintCount,
          signature);
    }
  }

  /**
   * @throws CodedException {@link ProtocolError#MANIFEST_INVALID} if a name or a number is not of
   *     its form or the files are not sorted
   */
  public Manifest {
    files = List.copyOf(files);
    if (!model.matches("[a-z0-9][a-z0-9._-]{0,62}/[A-Za-z0-9][A-Za-z0-9._-]{0,62}")) {
      throw invalid("The model's name is not of the form community/model.");
    }
    if (termsVersion < 1 || instance.map(Instance::fingerprintCount).orElse(1) < 1) {
      throw invalid("Terms version and fingerprint count are at least 1.");
    }
    for (int i = 1; i < files.size(); i++) {
      if (files.get(i - 1).path().compareTo(files.get(i).path()) >= 0) {
        throw invalid("The files are not sorted by path, each once.");
      }
    }
  }

  /**
   * Reads a manifest that came as a member of a JSON body, where the order of its members does not
   * matter.
   *
   * @throws CodedException {@link ProtocolError#MANIFEST_INVALID}
   */
  public static Manifest of(JsonNode node) {
    try {
      return parse(new JsonCanonicalizer(node.toString()).getEncodedUTF8());
    } catch (IOException e) {
      throw invalid("The manifest has no canonical form.");
    }
  }

  /** The manifest as a tree. */
  public JsonNode json() {
    return JSON.readTree(bytes());
  }

  /**
   * Reads a manifest.
   *
   * @throws CodedException {@link ProtocolError#MANIFEST_INVALID} unless these are exactly the
   *     bytes that {@link #bytes} writes
   */
  public static Manifest parse(byte[] bytes) {
    return ManifestReader.read(bytes);
  }

  /** The canonical form (RFC 8785), which is what the file holds. */
  public byte[] bytes() {
    ObjectNode root = JSON.createObjectNode();
    root.put("version", 1).put("kind", instance.isPresent() ? "instance" : "base");
    root.put("model", model).put("licenceHash", licenceHash.toString());
    root.put("termsVersion", Integer.toString(termsVersion));
    instance.ifPresent(part -> put(root, part));
    var list = root.putArray("files");
    for (ManifestFile file : files) {
      list.addObject()
          .put("path", file.path())
          .put("size", Long.toString(file.size()))
          .put("sha256", file.sha256().toString());
    }
    try {
      return new JsonCanonicalizer(JSON.writeValueAsString(root)).getEncodedUTF8();
    } catch (IOException e) {
      throw new IllegalStateException("a tree of strings has a canonical form", e);
    }
  }

  /**
   * What the chain and the host's acceptance hold. The publisher's signature has no part in it, so
   * that it is the same before and after.
   */
  public Bytes32 hash() {
    return Keccak.of(with(Optional.empty()).bytes());
  }

  /** What the publisher of an instance signs; empty for a base model. */
  public Optional<PublishedManifest> publication() {
    return instance.map(part -> new PublishedManifest(part.modelId(), part.instanceId(), hash()));
  }

  /** The same instance with its publisher's signature. */
  public Manifest signed(Signature publisher) {
    return with(Optional.of(publisher));
  }

  private Manifest with(Optional<Signature> signature) {
    return new Manifest(
        model, licenceHash, termsVersion, instance.map(part -> part.with(signature)), files);
  }

  /**
   * Whether a directory holds exactly these files beside {@code oml.json}.
   *
   * @throws CodedException {@link ProtocolError#MANIFEST_INVALID} naming the first difference
   */
  public void requireDirectory(Path directory) throws IOException {
    List<ManifestFile> found = ManifestFile.list(directory);
    if (found.equals(files)) {
      return;
    }
    for (ManifestFile file : files) {
      if (!found.contains(file)) {
        throw invalid("The file " + file.path() + " is missing or differs from the manifest.");
      }
    }
    throw invalid("The directory holds files that the manifest does not name.");
  }

  private static void put(ObjectNode root, Instance part) {
    root.put("modelId", part.modelId().toString());
    root.put("baseManifestHash", part.baseManifestHash().toString());
    root.put("instanceId", part.instanceId().toString());
    root.put("host", part.host().toString());
    root.put("fingerprintRoot", part.fingerprintRoot().toString());
    root.put("fingerprintCount", Integer.toString(part.fingerprintCount()));
    part.publisherSignature()
        .ifPresent(signature -> root.put("publisherSignature", signature.toString()));
  }

  static CodedException invalid(String detail) {
    return new CodedException(ProtocolError.MANIFEST_INVALID, detail);
  }

  @Override
  public String toString() {
    return new String(bytes(), StandardCharsets.UTF_8);
  }
}
