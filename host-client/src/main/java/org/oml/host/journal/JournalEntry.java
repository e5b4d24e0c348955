package org.oml.host.journal;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.oml.protocol.Bytes32;
import org.oml.protocol.IssuedPermit;
import org.oml.protocol.SignedReceipt;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * One line of the journal: the CRC-32C of the JSON in eight hexadecimal digits, a space, and the
 * JSON with its version.
 *
 * @param at when it was written
 * @param queryHash of the query
 * @param permit under which the query is answered, with the first entry of a query
 * @param receipt the opening receipt, or the final one; an answer that does not stream has the
 *     final one alone
 */
public record JournalEntry(
    Instant at, Bytes32 queryHash, Optional<IssuedPermit> permit, SignedReceipt receipt) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int CHECKSUM_DIGITS = 8;

  /** The line without its end. */
  String line() {
    ObjectNode json = JSON.createObjectNode();
    json.put("version", 1).put("at", at.toString()).put("queryHash", queryHash.toString());
    permit.ifPresent(present -> json.put("permit", present.encode()));
    json.put("receipt", receipt.encode());
    String text = json.toString();
    return checksum(text) + " " + text;
  }

  /** The entry in a line; empty if the line is not whole. */
  static Optional<JournalEntry> parse(String line) {
    if (line.length() <= CHECKSUM_DIGITS
        || !line.substring(0, CHECKSUM_DIGITS)
            .equals(checksum(line.substring(CHECKSUM_DIGITS + 1)))) {
      return Optional.empty();
    }
    try {
      JsonNode json = JSON.readTree(line.substring(CHECKSUM_DIGITS + 1));
      return Optional.of(
          new JournalEntry(
              Instant.parse(json.path("at").asString()),
              Bytes32.parse(json.path("queryHash").asString()),
              json.has("permit")
                  ? Optional.of(IssuedPermit.parse(json.path("permit").asString()))
                  : Optional.empty(),
              SignedReceipt.parse(json.path("receipt").asString())));
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  private static String checksum(String text) {
    CRC32C crc = new CRC32C();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().toHexDigits((int) crc.getValue());
  }
}
