package org.oml.registry.catalogue;

import java.io.IOException;
import org.erdtman.jcs.JsonCanonicalizer;
import org.oml.protocol.CodedException;
import org.oml.protocol.Manifest;
import org.oml.protocol.ProtocolError;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A manifest as a member of a JSON body, where the order of its members does not matter. */
public final class ManifestJson {

  private static final JsonMapper JSON = new JsonMapper();

  private ManifestJson() {}

  /**
   * @throws CodedException {@link ProtocolError#MANIFEST_INVALID}
   */
  public static Manifest read(JsonNode node) {
    if (!node.isObject()) {
      throw new CodedException(ProtocolError.MANIFEST_INVALID, "The manifest is not an object.");
    }
    try {
      return Manifest.parse(new JsonCanonicalizer(JSON.writeValueAsString(node)).getEncodedUTF8());
    } catch (IOException e) {
      throw new CodedException(
          ProtocolError.MANIFEST_INVALID, "The manifest has no canonical form.", e);
    }
  }

  /** The manifest as a tree. */
  public static JsonNode write(Manifest manifest) {
    return JSON.readTree(manifest.bytes());
  }
}
