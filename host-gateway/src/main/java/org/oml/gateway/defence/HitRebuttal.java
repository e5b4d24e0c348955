package org.oml.gateway.defence;

import java.util.Optional;
import org.oml.gateway.chain.Panels.Hit;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Hex;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * How far the answer to one hit of a panel is. It is written down at every step, before the step
 * shows outside.
 *
 * @param call of the court that takes the hit away, in hexadecimal digits, once the permit was
 *     found
 * @param rebuttedSince the block at which the hit was first seen rebutted, or 0
 */
record HitRebuttal(
    Hit hit, Outcome outcome, Optional<String> call, Sending sending, long rebuttedSince) {

  private static final ObjectMapper JSON = new ObjectMapper();

  enum Outcome {
    OPEN,
    REBUTTED,
    /** The journal has no permit for this question. */
    NO_PERMIT
  }

  static HitRebuttal of(Hit hit) {
    return new HitRebuttal(hit, Outcome.OPEN, Optional.empty(), Sending.NONE, 0);
  }

  boolean isOpen() {
    return outcome == Outcome.OPEN;
  }

  HitRebuttal with(Outcome other) {
    return new HitRebuttal(hit, other, call, sending, rebuttedSince);
  }

  HitRebuttal with(Sending other) {
    return new HitRebuttal(hit, outcome, call, other, rebuttedSince);
  }

  HitRebuttal withCall(byte[] found) {
    return new HitRebuttal(hit, outcome, Optional.of(Hex.of(found)), sending, rebuttedSince);
  }

  HitRebuttal seenRebutted(long block) {
    return new HitRebuttal(hit, outcome, call, sending, block);
  }

  /** The same hit, opened anew after a reorganisation took it away. */
  HitRebuttal openedAgain(Hit other) {
    return new HitRebuttal(other, outcome, call, sending, rebuttedSince);
  }

  byte[] json() {
    ObjectNode json = JSON.createObjectNode().put("version", 1);
    json.put("planId", hit.planId().toString())
        .put("member", hit.member().toString())
        .put("place", hit.place())
        .put("transaction", hit.transaction().toString())
        .put("outcome", outcome.name());
    call.ifPresent(found -> json.put("call", found));
    sending.write(json);
    json.put("rebuttedSince", rebuttedSince);
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json);
  }

  static HitRebuttal parse(byte[] bytes) {
    JsonNode json = JSON.readTree(bytes);
    return new HitRebuttal(
        new Hit(
            Bytes32.parse(json.path("planId").asString()),
            Address.parse(json.path("member").asString()),
            json.path("place").asInt(),
            Bytes32.parse(json.path("transaction").asString())),
        Outcome.valueOf(json.path("outcome").asString()),
        json.has("call") ? Optional.of(json.path("call").asString()) : Optional.empty(),
        Sending.read(json),
        json.path("rebuttedSince").asLong());
  }
}
