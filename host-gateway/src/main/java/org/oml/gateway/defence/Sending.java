package org.oml.gateway.defence;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.oml.gateway.chain.Sender.Signed;
import org.oml.protocol.Bytes32;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What was signed for one call to a court.
 *
 * @param attempts the latest last; all of one nonce
 * @param sentAt when the latest was signed, in seconds since 1970
 */
record Sending(List<Signed> attempts, long sentAt) {

  /** Nothing was signed yet. */
  static final Sending NONE = new Sending(List.of(), 0);

  Sending {
    attempts = List.copyOf(attempts);
  }

  boolean isBegun() {
    return !attempts.isEmpty();
  }

  /** Of all attempts; there must be one. */
  long nonce() {
    return attempts.getLast().nonce();
  }

  void write(ObjectNode json) {
    json.put("sentAt", sentAt);
    var list = json.putArray("attempts");
    for (Signed each : attempts) {
      list.addObject()
          .put("nonce", each.nonce())
          .put("priorityFee", each.priorityFee().toString())
          .put("maximumFee", each.maximumFee().toString())
          .put("hash", each.hash().toString())
          .put("signed", each.signed());
    }
  }

  static Sending read(JsonNode json) {
    List<Signed> attempts = new ArrayList<>();
    for (JsonNode each : json.path("attempts")) {
      attempts.add(
          new Signed(
              each.path("nonce").asLong(),
              new BigInteger(each.path("priorityFee").asString()),
              new BigInteger(each.path("maximumFee").asString()),
              Bytes32.parse(each.path("hash").asString()),
              each.path("signed").asString()));
    }
    return new Sending(attempts, json.path("sentAt").asLong());
  }
}
