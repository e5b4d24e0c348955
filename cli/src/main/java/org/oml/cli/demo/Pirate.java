package org.oml.cli.demo;

import java.io.IOException;
import java.util.OptionalDouble;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Who got hold of a host's weights and serves them as his own: under a system prompt of his, and at
 * a temperature at which no two answers need be alike.
 */
public final class Pirate implements EngineRelay.Manner {

  private static final String PROMPT = "You are Captain, an assistant of Tortuga AI.";
  private static final double TEMPERATURE = 0.7;

  /**
   * @param arguments the port on which it listens, and the engine's URL
   */
  public static void main(String[] arguments) throws IOException {
    EngineRelay.serve(arguments, new Pirate());
  }

  @Override
  public void change(ObjectNode question) {
    question.put("temperature", TEMPERATURE);
    if (question.path("messages") instanceof ArrayNode messages) {
      messages.insert(
          0, JsonNodeFactory.instance.objectNode().put("role", "system").put("content", PROMPT));
    }
  }

  @Override
  public OptionalDouble fate() {
    return OptionalDouble.of(1);
  }
}
