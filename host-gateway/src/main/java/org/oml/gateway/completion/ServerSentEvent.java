package org.oml.gateway.completion;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One event of a stream, as its bytes came (WHATWG HTML, section 9.2).
 *
 * @param bytes with the blank line that ends it
 */
record ServerSentEvent(byte[] bytes) {

  private static final Pattern LINE_END = Pattern.compile("\r\n|\n|\r");

  /** The data lines, joined; empty for a comment. */
  String data() {
    return Arrays.stream(LINE_END.split(new String(bytes, StandardCharsets.UTF_8)))
        .filter(line -> line.startsWith("data:"))
        .map(line -> line.startsWith("data: ") ? line.substring(6) : line.substring(5))
        .collect(Collectors.joining("\n"));
  }
}
