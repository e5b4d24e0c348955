package org.oml.gateway.completion;

import org.oml.gateway.GatewayError;
import org.oml.protocol.CanonicalQuery.Kind;
import org.oml.protocol.CodedException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * Finds the text of an answer, which is what its receipt is over: the first choice's, as the user
 * reads it.
 */
final class AnswerText {

  private static final ObjectMapper JSON = new ObjectMapper();

  private AnswerText() {}

  /**
   * The text of an answer that came whole.
   *
   * @throws CodedException {@link GatewayError#ENGINE_ANSWER_UNREADABLE} if it is not an answer of
   *     the OpenAI interface
   */
  static String ofWhole(Kind kind, byte[] answer) {
    JsonNode json;
    try {
      json = JSON.readTree(answer);
    } catch (JacksonException e) {
      throw new CodedException(
          GatewayError.ENGINE_ANSWER_UNREADABLE, "The engine's answer is not JSON.", e);
    }
    JsonNode choice = firstChoice(json);
    if (!choice.isObject()) {
      throw new CodedException(
          GatewayError.ENGINE_ANSWER_UNREADABLE, "The engine's answer has no choices[0].");
    }
    return switch (kind) {
      case CHAT -> choice.path("message").path("content").asString("");
      case COMPLETION -> choice.path("text").asString("");
    };
  }

  /**
   * What one event of a stream adds to the text; nothing if it carries no choice, as the last one
   * with the usage.
   *
   * @throws CodedException {@link GatewayError#ENGINE_STREAM_BROKEN} if it is not JSON
   */
  static String ofEvent(Kind kind, String data) {
    JsonNode json;
    try {
      json = JSON.readTree(data);
    } catch (JacksonException e) {
      throw new CodedException(
          GatewayError.ENGINE_STREAM_BROKEN, "The engine sent an event that is not JSON.", e);
    }
    JsonNode choice = firstChoice(json);
    return switch (kind) {
      case CHAT -> choice.path("delta").path("content").asString("");
      case COMPLETION -> choice.path("text").asString("");
    };
  }

  private static JsonNode firstChoice(JsonNode answer) {
    for (JsonNode choice : answer.path("choices")) {
      if (choice.path("index").asInt(0) == 0) {
        return choice;
      }
    }
    return JSON.missingNode();
  }
}
