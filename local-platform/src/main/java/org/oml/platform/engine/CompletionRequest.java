package org.oml.platform.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.CodedException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * A request to {@code /v1/completions} or {@code /v1/chat/completions}, checked. What would change
 * the answer and is not supported is refused rather than passed over.
 *
 * @param prompt the prompt, null for a conversation
 * @param messages the conversation, empty for a prompt
 * @param stream whether the answer is sent piece by piece
 * @param streamUsage whether a last piece tells the usage
 * @param maxTokens the most tokens to answer with, or null for the default of the endpoint
 * @param temperature 0 to 2
 * @param topP above 0 to 1
 * @param frequencyPenalty -2 to 2
 * @param presencePenalty -2 to 2
 * @param seed for repeatable sampling, or null
 * @param stops texts that end the answer, at most 4
 * @param bias what is added to the logits of tokens, -100 to 100
 */
record CompletionRequest(
    @Nullable String prompt,
    List<Message> messages,
    boolean stream,
    boolean streamUsage,
    @Nullable Integer maxTokens,
    double temperature,
    double topP,
    double frequencyPenalty,
    double presencePenalty,
    @Nullable Integer seed,
    List<String> stops,
    Map<Integer, Float> bias) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> ROLES = Set.of("system", "developer", "user", "assistant");
  private static final Set<String> UNDERSTOOD =
      Set.of(
          "model",
          "prompt",
          "messages",
          "stream",
          "stream_options",
          "max_tokens",
          "max_completion_tokens",
          "temperature",
          "top_p",
          "frequency_penalty",
          "presence_penalty",
          "seed",
          "stop",
          "logit_bias",
          "user");
  private static final int MOST_STOPS = 4;

  /** A turn of the conversation. */
  record Message(String role, String content) {}

  boolean isChat() {
    return prompt == null;
  }

  /**
   * Reads a request.
   *
   * @param body the JSON text
   * @param chat whether it was sent to the endpoint for conversations
   * @throws CodedException {@link EngineError#REQUEST_INVALID} or {@link
   *     EngineError#PARAMETER_UNSUPPORTED}
   */
  static CompletionRequest parse(byte[] body, boolean chat) {
    JsonNode json = object(body);
    refuseUnsupported(json);
    String limit =
        json.hasNonNull("max_completion_tokens") ? "max_completion_tokens" : "max_tokens";
    return new CompletionRequest(
        chat ? null : prompt(json),
        chat ? messages(json) : List.of(),
        flag(json, "stream"),
        flag(json.path("stream_options"), "include_usage"),
        integer(json, limit, 0, Integer.MAX_VALUE),
        number(json, "temperature", 1, 0, 2),
        number(json, "top_p", 1, 0, 1),
        number(json, "frequency_penalty", 0, -2, 2),
        number(json, "presence_penalty", 0, -2, 2),
        integer(json, "seed", Integer.MIN_VALUE, Integer.MAX_VALUE),
        stops(json),
        bias(json));
  }

  private static JsonNode object(byte[] body) {
    JsonNode json;
    try {
      json = JSON.readTree(body);
    } catch (JacksonException e) {
      throw new CodedException(EngineError.REQUEST_INVALID, "The body is not JSON.", e);
    }
    if (json == null || !json.isObject()) {
      throw invalid("The body is not a JSON object.");
    }
    return json;
  }

  private static void refuseUnsupported(JsonNode json) {
    for (Map.Entry<String, JsonNode> member : json.properties()) {
      boolean one = member.getKey().equals("n") && member.getValue().asInt(0) == 1;
      if (!UNDERSTOOD.contains(member.getKey()) && !one && !saysNothing(member.getValue())) {
        throw new CodedException(
            EngineError.PARAMETER_UNSUPPORTED,
            "The parameter " + quoted(member.getKey()) + " is not supported.");
      }
    }
  }

  /** Whether a value is one with which an unsupported parameter changes nothing. */
  private static boolean saysNothing(JsonNode value) {
    return value.isNull() || (value.isBoolean() && !value.asBoolean());
  }

  private static String prompt(JsonNode json) {
    JsonNode prompt = json.path("prompt");
    if (!prompt.isString()) {
      throw invalid("prompt must be a string.");
    }
    return prompt.asString();
  }

  private static List<Message> messages(JsonNode json) {
    JsonNode array = json.path("messages");
    if (!array.isArray() || array.isEmpty()) {
      throw invalid("messages must be an array with at least one message.");
    }
    List<Message> messages = new ArrayList<>();
    for (JsonNode message : array) {
      String role = message.path("role").isString() ? message.path("role").asString() : "";
      if (!ROLES.contains(role)) {
        throw invalid("A message's role must be one of system, developer, user, assistant.");
      }
      messages.add(
          new Message(
              role.equals("developer") ? "system" : role, content(message.path("content"))));
    }
    return messages;
  }

  private static String content(JsonNode content) {
    if (content.isString()) {
      return content.asString();
    }
    if (!content.isArray()) {
      throw invalid("A message's content must be a string or an array of parts of type text.");
    }
    StringBuilder text = new StringBuilder();
    for (JsonNode part : content) {
      if (!part.path("type").asString("").equals("text") || !part.path("text").isString()) {
        throw invalid("A message's content must be a string or an array of parts of type text.");
      }
      text.append(part.path("text").asString());
    }
    return text.toString();
  }

  private static List<String> stops(JsonNode json) {
    JsonNode stop = json.path("stop");
    if (stop.isMissingNode() || stop.isNull()) {
      return List.of();
    }
    List<String> stops = new ArrayList<>();
    for (JsonNode text : stop.isArray() ? stop : JSON.createArrayNode().add(stop)) {
      if (!text.isString() || text.asString().isEmpty()) {
        throw invalid("stop must be a string or an array of strings, none of them empty.");
      }
      stops.add(text.asString());
    }
    if (stops.size() > MOST_STOPS) {
      throw invalid("stop must hold at most " + MOST_STOPS + " strings.");
    }
    return stops;
  }

  private static Map<Integer, Float> bias(JsonNode json) {
    Map<Integer, Float> bias = new HashMap<>();
    for (Map.Entry<String, JsonNode> entry : json.path("logit_bias").properties()) {
      if (!entry.getKey().matches("[0-9]{1,9}")) {
        throw invalid("logit_bias must map token ids to numbers.");
      }
      bias.put(
          Integer.parseInt(entry.getKey()),
          (float) number(json.path("logit_bias"), entry.getKey(), 0, -100, 100));
    }
    return bias;
  }

  private static boolean flag(JsonNode json, String name) {
    JsonNode value = json.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return false;
    }
    if (!value.isBoolean()) {
      throw invalid(name + " must be true or false.");
    }
    return value.asBoolean();
  }

  private static @Nullable Integer integer(JsonNode json, String name, int least, int most) {
    JsonNode value = json.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (!value.isIntegralNumber()
        || value.asLong(Long.MIN_VALUE) < least
        || value.asLong(Long.MIN_VALUE) > most) {
      throw invalid(name + " must be a whole number from " + least + " to " + most + ".");
    }
    return value.asInt();
  }

  private static double number(
      JsonNode json, String name, double usual, double least, double most) {
    JsonNode value = json.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return usual;
    }
    if (!value.isNumber() || value.asDouble() < least || value.asDouble() > most) {
      throw invalid(quoted(name) + " must be a number from " + least + " to " + most + ".");
    }
    return value.asDouble();
  }

  /** A name that the client chose, short enough to be repeated to it. */
  private static String quoted(String name) {
    return "\"" + (name.length() > 40 ? name.substring(0, 40) + "…" : name) + "\"";
  }

  private static CodedException invalid(String why) {
    return new CodedException(EngineError.REQUEST_INVALID, why);
  }
}
