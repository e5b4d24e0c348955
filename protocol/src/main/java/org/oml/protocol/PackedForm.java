package org.oml.protocol;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * The string form {@code prefix.part….signature}: bytes in base64url without padding, joined by
 * dots, with one spelling only.
 *
 * @param parts what lies between prefix and signature
 * @param signature over the structure
 */
record PackedForm(List<byte[]> parts, Signature signature) {

  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  static String encode(String prefix, Signature signature, byte[]... parts) {
    StringBuilder text = new StringBuilder(prefix);
    for (byte[] part : parts) {
      text.append('.').append(BASE64.encodeToString(part));
    }
    return text.append('.').append(BASE64.encodeToString(signature.toBytes())).toString();
  }

  static PackedForm parse(String text, String prefix, int count, ProtocolError malformed) {
    String[] strings = text.split("\\.", count + 3);
    if (strings.length != count + 2 || !strings[0].equals(prefix)) {
      throw new CodedException(
          malformed, "Not " + prefix + " and " + (count + 1) + " parts joined by dots.");
    }
    List<byte[]> parts = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      parts.add(decode(strings[i], malformed));
    }
    return new PackedForm(parts, Signature.of(decode(strings[count + 1], malformed)));
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
