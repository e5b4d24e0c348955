package org.oml.servicekit.identity;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.CodedException;
import org.oml.servicekit.problem.ServiceError;

/** The secret of a service from which the keys for tokens and for challenges are derived. */
final class TokenKey {

  private static final String HMAC = "HmacSHA256";

  private final byte[] secret;

  private TokenKey(byte[] secret) {
    this.secret = secret;
  }

  static TokenKey load(@Nullable Path file) {
    if (file == null || file.toString().isBlank()) {
      throw new CodedException(
          ServiceError.SETTING_MISSING,
          "oml.identity.token-key-file is not set: it names a file with 32 random bytes in hex, "
              + "made for instance by: openssl rand -hex 32");
    }
    try {
      byte[] secret = HexFormat.of().parseHex(Files.readString(file).strip());
      if (secret.length == 32) {
        return new TokenKey(secret);
      }
    } catch (IOException | IllegalArgumentException e) {
      // Told below. The exception of a wrong digit would quote the file.
    }
    throw new CodedException(
        ServiceError.SETTING_INVALID,
        "oml.identity.token-key-file (" + file + ") is not a readable file with 32 bytes in hex.");
  }

  byte[] derive(String purpose) {
    return mac(secret, purpose.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] mac(byte[] key, byte[] message) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(key, HMAC));
      return mac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every JDK has " + HMAC, e);
    }
  }
}
