package org.oml.protocol;

import java.util.HexFormat;

/** Bytes as {@code 0x} and lower-case hexadecimal digits. */
public final class Hex {

  private Hex() {}

  public static String of(byte[] bytes) {
    return "0x" + HexFormat.of().formatHex(bytes);
  }

  /**
   * @throws CodedException {@link ProtocolError#HEX_INVALID} for anything but {@code 0x} and an
   *     even number of lower-case hexadecimal digits
   */
  public static byte[] parse(String text) {
    if (!text.startsWith("0x") || text.length() % 2 != 0 || !hasDigitsAlone(text)) {
      throw new CodedException(
          ProtocolError.HEX_INVALID, "Not 0x and pairs of lower-case hexadecimal digits.");
    }
    return HexFormat.of().parseHex(text, 2, text.length());
  }

  private static boolean hasDigitsAlone(String text) {
    for (int i = 2; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }
}
