package org.oml.protocol;

import java.util.Base64;

/**
 * The string form {@code prefix.base64url(fields).base64url(signature)}, without padding and with
 * one spelling only.
 *
 * @param fields the packed members
 * @param signature over the structure
 */
record PackedForm(byte[] fields, Signature signature) {

  static String encode(String prefix, byte[] fields, Signature signature) {
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    return prefix
        + "."
        + base64.encodeToString(fields)
        + "."
        + base64.encodeToString(signature.toBytes());
  }

  static PackedForm parse(String text, String prefix, int length, ProtocolError malformed) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != 3 || !parts[0].equals(prefix)) {
      throw new CodedException(malformed, "Not of the form " + prefix + ".<fields>.<signature>.");
    }
    byte[] fields = decode(parts[1], malformed);
    if (fields.length != length) {
      throw new CodedException(
          malformed, "The fields have " + fields.length + " bytes, not " + length + ".");
    }
    return new PackedForm(fields, Signature.of(decode(parts[2], malformed)));
  }

  private static byte[] decode(String part, ProtocolError malformed) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(part);
      if (Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(part)) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      // Told below, as for a second spelling of the same bytes.
    }
    throw new CodedException(malformed, "Not base64url without padding.");
  }
}
