package org.oml.protocol;

import java.nio.charset.StandardCharsets;

/** UTF-8 as every language writes it: half a surrogate pair alone becomes U+FFFD, never '?'. */
final class WellFormed {

  private WellFormed() {}

  static byte[] utf8(String text) {
    if (text.chars().noneMatch(c -> Character.isSurrogate((char) c))) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    StringBuilder wellFormed = new StringBuilder(text.length());
    text.codePoints()
        .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
        .forEach(wellFormed::appendCodePoint);
    return wellFormed.toString().getBytes(StandardCharsets.UTF_8);
  }
}
