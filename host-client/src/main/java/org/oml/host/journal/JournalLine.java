package org.oml.host.journal;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.oml.protocol.CodedException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * A line of the journal: the CRC-32C of the JSON in eight hexadecimal digits, a space, and the JSON
 * with its version.
 */
public sealed interface JournalLine permits JournalEntry, UsageNote {

  /** The JSON, in one line. */
  String json();

  /** The line without its end. */
  default String line() {
    String json = json();
    return Framing.checksum(json) + " " + json;
  }

  /** Whether a line is as it was written, whatever it says. */
  static boolean isWhole(String line) {
    return line.length() > Framing.DIGITS
        && line.startsWith(Framing.checksum(line.substring(Framing.DIGITS + 1)));
  }

  /** What a line says; empty if it is not whole, or of a kind that a later version writes. */
  static Optional<JournalLine> parse(String line) {
    if (!isWhole(line)) {
      return Optional.empty();
    }
    try {
      JsonNode json = Framing.JSON.readTree(line.substring(Framing.DIGITS + 1));
      return Optional.of(json.has("usage") ? UsageNote.of(json) : JournalEntry.of(json));
    } catch (JacksonException
        | CodedException
        | DateTimeException
        | IllegalArgumentException unknown) {
      return Optional.empty();
    }
  }

  /** How a line is put together. */
  final class Framing {

    static final ObjectMapper JSON = new ObjectMapper();
    private static final int DIGITS = 8;

    private Framing() {}

    private static String checksum(String text) {
      CRC32C crc = new CRC32C();
      crc.update(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().toHexDigits((int) crc.getValue());
    }
  }
}
