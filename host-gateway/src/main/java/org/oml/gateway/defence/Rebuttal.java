package org.oml.gateway.defence;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.oml.gateway.chain.Sender.Signed;
import org.oml.protocol.Bytes32;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * How far the answer to one case is. It is written down at every step, before the step shows
 * outside.
 *
 * @param caseId of the court
 * @param rebuttableUntil the last second for a rebuttal, as the case's event said
 * @param outcome where it stands
 * @param permit that acquits, once it was found
 * @param attempts transactions that were signed, the latest last; all of one nonce
 * @param sentAt when the latest was signed, in seconds since 1970
 * @param rebuttedSince the block at which the case was first seen rebutted, or 0
 */
record Rebuttal(
    Bytes32 caseId,
    long rebuttableUntil,
    Outcome outcome,
    Optional<String> permit,
    List<Signed> attempts,
    long sentAt,
    long rebuttedSince) {

  private static final ObjectMapper JSON = new ObjectMapper();

  enum Outcome {
    OPEN,
    REBUTTED,
    LOST,
    GONE
  }

  Rebuttal {
    attempts = List.copyOf(attempts);
  }

  static Rebuttal of(Bytes32 caseId, long rebuttableUntil) {
    return new Rebuttal(caseId, rebuttableUntil, Outcome.OPEN, Optional.empty(), List.of(), 0, 0);
  }

  boolean isOpen() {
    return outcome == Outcome.OPEN;
  }

  Rebuttal with(Outcome other) {
    return new Rebuttal(caseId, rebuttableUntil, other, permit, attempts, sentAt, rebuttedSince);
  }

  Rebuttal withPermit(String found) {
    return new Rebuttal(
        caseId, rebuttableUntil, outcome, Optional.of(found), attempts, sentAt, rebuttedSince);
  }

  Rebuttal withAttempts(List<Signed> other, long at) {
    return new Rebuttal(caseId, rebuttableUntil, outcome, permit, other, at, rebuttedSince);
  }

  Rebuttal seenRebutted(long block) {
    return new Rebuttal(caseId, rebuttableUntil, outcome, permit, attempts, sentAt, block);
  }

  Rebuttal until(long time) {
    return new Rebuttal(caseId, time, outcome, permit, attempts, sentAt, rebuttedSince);
  }

  byte[] json() {
    ObjectNode json = JSON.createObjectNode().put("version", 1);
    json.put("caseId", caseId.toString()).put("rebuttableUntil", rebuttableUntil);
    json.put("outcome", outcome.name());
    permit.ifPresent(text -> json.put("permit", text));
    json.put("sentAt", sentAt).put("rebuttedSince", rebuttedSince);
    var list = json.putArray("attempts");
    for (Signed each : attempts) {
      list.addObject()
          .put("nonce", each.nonce())
          .put("priorityFee", each.priorityFee().toString())
          .put("maximumFee", each.maximumFee().toString())
          .put("hash", each.hash().toString())
          .put("signed", each.signed());
    }
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json);
  }

  static Rebuttal parse(byte[] bytes) {
    JsonNode json = JSON.readTree(bytes);
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
    return new Rebuttal(
        Bytes32.parse(json.path("caseId").asString()),
        json.path("rebuttableUntil").asLong(),
        Outcome.valueOf(json.path("outcome").asString()),
        json.has("permit") ? Optional.of(json.path("permit").asString()) : Optional.empty(),
        attempts,
        json.path("sentAt").asLong(),
        json.path("rebuttedSince").asLong());
  }
}
