package org.oml.gateway.defence;

import org.oml.gateway.chain.Panels.OpenedPlan;
import org.oml.gateway.chain.Panels.PlanKind;
import org.oml.protocol.Bytes32;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * A panel's plan against the host.
 *
 * @param opened the plan, as its event said
 * @param outcome where it stands
 */
record AccusedPlan(OpenedPlan opened, Outcome outcome) {

  private static final ObjectMapper JSON = new ObjectMapper();

  enum Outcome {
    OPEN,
    ACQUITTED,
    LOST,
    GONE
  }

  static AccusedPlan of(OpenedPlan opened) {
    return new AccusedPlan(opened, Outcome.OPEN);
  }

  Bytes32 planId() {
    return opened.planId();
  }

  boolean isOpen() {
    return outcome == Outcome.OPEN;
  }

  AccusedPlan with(Outcome other) {
    return new AccusedPlan(opened, other);
  }

  byte[] json() {
    return JSON.writerWithDefaultPrettyPrinter()
        .writeValueAsBytes(
            JSON.createObjectNode()
                .put("version", 1)
                .put("planId", opened.planId().toString())
                .put("kind", opened.kind().name())
                .put("rebuttableUntil", opened.rebuttableUntil())
                .put("outcome", outcome.name()));
  }

  static AccusedPlan parse(byte[] bytes) {
    JsonNode json = JSON.readTree(bytes);
    return new AccusedPlan(
        new OpenedPlan(
            Bytes32.parse(json.path("planId").asString()),
            PlanKind.valueOf(json.path("kind").asString()),
            json.path("rebuttableUntil").asLong()),
        Outcome.valueOf(json.path("outcome").asString()));
  }
}
