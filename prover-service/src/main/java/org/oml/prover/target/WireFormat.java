package org.oml.prover.target;

import java.util.Optional;
import org.oml.protocol.AuditContext;
import org.oml.protocol.CanonicalQuery.Kind;
import tools.jackson.databind.JsonNode;

/** How questions and answers look in one interface. */
interface WireFormat {

  /** Where the models are listed. */
  String modelsPath();

  /** The first model's name in such a list; whatever is missing gives a missing node. */
  JsonNode modelName(JsonNode list);

  /** Where a question of a kind goes. */
  String path(Kind kind);

  /** A question, decoded greedily and not streamed. */
  byte[] request(AuditContext context, String model, String text);

  /** The model's text; empty if that is no answer of this interface. */
  Optional<String> answer(Kind kind, JsonNode body);

  /** A node's text, if it is one. */
  static Optional<String> text(JsonNode node) {
    return node.isString() ? Optional.of(node.asString()) : Optional.empty();
  }
}
