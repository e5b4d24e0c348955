package org.oml.gateway.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Reads over one HTTP message with a length, or in chunks. */
final class HttpMessage {

  private static final String LENGTH = "content-length:";

  private HttpMessage() {}

  /** Whether there was another message; its bytes are passed over. */
  static boolean skip(InputStream in) throws IOException {
    long length = 0;
    boolean chunked = false;
    String line = line(in);
    if (line == null) {
      return false;
    }
    boolean refused = line.startsWith("HTTP/") && !line.contains(" 200");
    String first = line;
    for (; line != null && !line.isEmpty(); line = line(in)) {
      String lower = line.toLowerCase(Locale.ROOT);
      if (lower.startsWith(LENGTH)) {
        length = Long.parseLong(lower.substring(LENGTH.length()).strip());
      }
      chunked |= lower.startsWith("transfer-encoding:") && lower.contains("chunked");
    }
    if (chunked) {
      skipChunks(in);
    } else {
      in.skipNBytes(length);
    }
    if (refused) {
      throw new IOException(first);
    }
    return true;
  }

  private static void skipChunks(InputStream in) throws IOException {
    while (true) {
      String size = line(in);
      if (size == null) {
        throw new EOFException();
      }
      int length = Integer.parseInt(size.strip(), 16);
      in.skipNBytes(length + 2L);
      if (length == 0) {
        return;
      }
    }
  }

  private static @org.jspecify.annotations.Nullable String line(InputStream in) throws IOException {
    byte[] line = new byte[8_192];
    int length = 0;
    for (int next = in.read(); next >= 0; next = in.read()) {
      if (next == '\n') {
        return new String(line, 0, Math.max(0, length - 1), StandardCharsets.ISO_8859_1);
      }
      line[length++] = (byte) next;
    }
    return null;
  }
}
