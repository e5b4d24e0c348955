package org.oml.gateway.defence;

import java.util.Optional;
import org.oml.gateway.chain.Node.OpenedCase;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.IssuedPermit;
import org.oml.protocol.Receipt;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * How far the answer to one case is. It is written down at every step, before the step shows
 * outside.
 *
 * @param opened the case, as its event said
 * @param outcome where it stands
 * @param receipt of the answer that the case is about, with response root 0, once it was found
 * @param permit that acquits, once it was found
 * @param sending what was signed for it
 * @param rebuttedSince the block at which the case was first seen rebutted, or 0
 */
record Rebuttal(
    OpenedCase opened,
    Outcome outcome,
    Optional<Receipt> receipt,
    Optional<IssuedPermit> permit,
    Sending sending,
    long rebuttedSince) {

  private static final ObjectMapper JSON = new ObjectMapper();

  enum Outcome {
    OPEN,
    REBUTTED,
    LOST,
    GONE
  }

  static Rebuttal of(OpenedCase opened) {
    return new Rebuttal(opened, Outcome.OPEN, Optional.empty(), Optional.empty(), Sending.NONE, 0);
  }

  Bytes32 caseId() {
    return opened.caseId();
  }

  long rebuttableUntil() {
    return opened.rebuttableUntil();
  }

  boolean isOpen() {
    return outcome == Outcome.OPEN;
  }

  Rebuttal with(Outcome other) {
    return new Rebuttal(opened, other, receipt, permit, sending, rebuttedSince);
  }

  Rebuttal withReceipt(Receipt found) {
    return new Rebuttal(opened, outcome, Optional.of(found), permit, sending, rebuttedSince);
  }

  Rebuttal withPermit(IssuedPermit found) {
    return new Rebuttal(opened, outcome, receipt, Optional.of(found), sending, rebuttedSince);
  }

  Rebuttal with(Sending other) {
    return new Rebuttal(opened, outcome, receipt, permit, other, rebuttedSince);
  }

  Rebuttal seenRebutted(long block) {
    return new Rebuttal(opened, outcome, receipt, permit, sending, block);
  }

  /** The same case, revealed anew after a reorganisation took it away. */
  Rebuttal openedAgain(OpenedCase other) {
    Outcome now = outcome == Outcome.GONE ? Outcome.OPEN : outcome;
    return new Rebuttal(other, now, receipt, permit, sending, rebuttedSince);
  }

  byte[] json() {
    ObjectNode json = JSON.createObjectNode().put("version", 2);
    json.put("caseId", opened.caseId().toString())
        .put("queryHash", opened.queryHash().toString())
        .put("permitHash", opened.permitHash().toString())
        .put("rebuttableUntil", opened.rebuttableUntil())
        .put("transaction", opened.transaction().toString());
    json.put("outcome", outcome.name());
    receipt.ifPresent(found -> put(json.putObject("receipt"), found));
    permit.ifPresent(found -> json.put("permit", found.encode()));
    sending.write(json);
    json.put("rebuttedSince", rebuttedSince);
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json);
  }

  static Rebuttal parse(byte[] bytes) {
    JsonNode json = JSON.readTree(bytes);
    return new Rebuttal(
        new OpenedCase(
            bytes32(json, "caseId"),
            bytes32(json, "queryHash"),
            bytes32(json, "permitHash"),
            json.path("rebuttableUntil").asLong(),
            bytes32(json, "transaction")),
        Outcome.valueOf(json.path("outcome").asString()),
        json.has("receipt") ? Optional.of(receipt(json.path("receipt"))) : Optional.empty(),
        json.has("permit")
            ? Optional.of(IssuedPermit.parse(json.path("permit").asString()))
            : Optional.empty(),
        Sending.read(json),
        json.path("rebuttedSince").asLong());
  }

  private static void put(ObjectNode json, Receipt receipt) {
    json.put("modelId", receipt.modelId().toString())
        .put("instanceId", receipt.instanceId().toString())
        .put("host", receipt.host().toString())
        .put("queryHash", receipt.queryHash().toString())
        .put("permitHash", receipt.permitHash().toString())
        .put("servedAt", receipt.servedAt())
        .put("clientRef", receipt.clientRef().toString());
  }

  private static Receipt receipt(JsonNode json) {
    return new Receipt(
        bytes32(json, "modelId"),
        bytes32(json, "instanceId"),
        Address.parse(json.path("host").asString()),
        bytes32(json, "queryHash"),
        Bytes32.ZERO,
        bytes32(json, "permitHash"),
        json.path("servedAt").asLong(),
        bytes32(json, "clientRef"));
  }

  private static Bytes32 bytes32(JsonNode json, String name) {
    return Bytes32.parse(json.path(name).asString());
  }
}
