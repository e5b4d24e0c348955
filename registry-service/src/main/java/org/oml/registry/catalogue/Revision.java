package org.oml.registry.catalogue;

import java.time.Instant;
import java.util.HexFormat;
import org.oml.protocol.Manifest;

/**
 * A manifest of a model as it was published; it never changes.
 *
 * @param commit by which it is called
 * @param publishedAt when
 */
public record Revision(String commit, Manifest manifest, Instant publishedAt) {

  private static final int COMMIT_BYTES = 20;

  /** What a manifest is called: the first 20 bytes of its hash, as 40 hexadecimal digits. */
  public static String commitOf(Manifest manifest) {
    return HexFormat.of().formatHex(manifest.hash().toBytes(), 0, COMMIT_BYTES);
  }
}
