package org.oml.trainer.vocabulary;

import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.Map;

/**
 * GPT-2's alphabet, in which every byte is a printable character: printable Latin-1 stands for
 * itself, the other bytes for characters from U+0100 on.
 */
final class ByteLevel {

  private static final Map<Integer, Integer> BYTES = bytes();

  private ByteLevel() {}

  /** The bytes of a piece; characters outside the alphabet stand for their own UTF-8. */
  static byte[] decode(String piece) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    piece
        .codePoints()
        .forEach(
            character -> {
              Integer value = BYTES.get(character);
              if (value == null) {
                out.writeBytes(
                    Character.toString(character)
                        .getBytes(java.nio.charset.StandardCharsets.UTF_8));
              } else {
                out.write(value);
              }
            });
    return out.toByteArray();
  }

  private static Map<Integer, Integer> bytes() {
    Map<Integer, Integer> bytes = new HashMap<>();
    int next = 0x100;
    for (int value = 0; value < 256; value++) {
      boolean printable =
          (value >= 0x21 && value <= 0x7e)
              || (value >= 0xa1 && value <= 0xac)
              || (value >= 0xae && value <= 0xff);
      bytes.put(printable ? value : next++, value);
    }
    return Map.copyOf(bytes);
  }
}
