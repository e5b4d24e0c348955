package org.oml.host.journal;

import java.time.Instant;
import java.util.Optional;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CanonicalQuery;
import org.oml.protocol.IssuedPermit;
import org.oml.protocol.SignedReceipt;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What was answered.
 *
 * @param at when it was written
 * @param queryHash of the query
 * @param opening what the query hash hides but for the text, with the first entry of a query; older
 *     gateways did not write it
 * @param permit under which the query is answered, with the first entry of a query
 * @param receipt the opening receipt, or the final one; an answer that does not stream has the
 *     final one alone
 */
public record JournalEntry(
    Instant at,
    Bytes32 queryHash,
    Optional<Opening> opening,
    Optional<IssuedPermit> permit,
    SignedReceipt receipt)
    implements JournalLine {

  /**
   * Says of a text whether it was what the query asked.
   *
   * @param salt of the query
   * @param contextHash of everything around the text
   */
  public record Opening(Bytes32 salt, Bytes32 contextHash) {

    /**
     * The query hash of a text, as this query asked it.
     *
     * @param textHash keccak of the text
     */
    public Bytes32 queryHash(Bytes32 textHash) {
      return CanonicalQuery.queryHash(salt, contextHash, textHash);
    }
  }

  @Override
  public String json() {
    ObjectNode json = Framing.JSON.createObjectNode();
    json.put("version", 1).put("at", at.toString()).put("queryHash", queryHash.toString());
    opening.ifPresent(
        present ->
            json.put("salt", present.salt().toString())
                .put("context", present.contextHash().toString()));
    permit.ifPresent(present -> json.put("permit", present.encode()));
    json.put("receipt", receipt.encode());
    return json.toString();
  }

  static JournalEntry of(JsonNode json) {
    return new JournalEntry(
        Instant.parse(json.path("at").asString()),
        Bytes32.parse(json.path("queryHash").asString()),
        json.has("salt")
            ? Optional.of(
                new Opening(
                    Bytes32.parse(json.path("salt").asString()),
                    Bytes32.parse(json.path("context").asString())))
            : Optional.empty(),
        json.has("permit")
            ? Optional.of(IssuedPermit.parse(json.path("permit").asString()))
            : Optional.empty(),
        SignedReceipt.parse(json.path("receipt").asString()));
  }
}
