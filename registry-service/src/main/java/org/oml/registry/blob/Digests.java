package org.oml.registry.blob;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.registry.RegistryError;

/** The digest of a representation as it travels in a header (RFC 9530). */
public final class Digests {

  private static final Pattern SHA256 =
      Pattern.compile("(?:^|[ ,])sha-256=:([A-Za-z0-9+/]{43}=):(?:$|[ ,])");

  private Digests() {}

  /**
   * @param header {@code Repr-Digest}, may list several digests
   * @throws CodedException {@link RegistryError#DIGEST_MISSING}
   */
  public static Bytes32 parse(@Nullable String header) {
    Matcher found = SHA256.matcher(header == null ? "" : header);
    if (!found.find()) {
      throw new CodedException(
          RegistryError.DIGEST_MISSING, "The SHA-256 of the file is not stated.");
    }
    return Bytes32.of(Base64.getDecoder().decode(found.group(1)));
  }

  /** The header's value. */
  public static String header(Bytes32 sha256) {
    return "sha-256=:" + Base64.getEncoder().encodeToString(sha256.toBytes()) + ":";
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
