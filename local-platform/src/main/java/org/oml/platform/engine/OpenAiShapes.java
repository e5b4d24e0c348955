package org.oml.platform.engine;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.ErrorCode;

/**
 * The JSON objects of the OpenAI API, for one request.
 *
 * @param id the answer's id
 * @param model the model's name
 * @param created seconds since 1970
 * @param chat whether it is of the endpoint for conversations
 */
record OpenAiShapes(String id, String model, long created, boolean chat) {

  /** A whole answer. */
  Map<String, Object> whole(Completion completion) {
    Map<String, Object> choice =
        chat
            ? choice(
                "message",
                Map.of("role", "assistant", "content", completion.text()),
                completion.finishReason())
            : choice("text", completion.text(), completion.finishReason());
    Map<String, Object> answer =
        envelope(chat ? "chat.completion" : "text_completion", List.of(choice));
    answer.put("usage", usage(completion));
    return answer;
  }

  /** What comes before the first piece of a conversation's answer. */
  Map<String, Object> opening() {
    return chunk(choice("delta", Map.of("role", "assistant", "content", ""), null));
  }

  Map<String, Object> piece(String text) {
    return chunk(
        chat ? choice("delta", Map.of("content", text), null) : choice("text", text, null));
  }

  Map<String, Object> end(Completion completion) {
    return chunk(
        chat
            ? choice("delta", Map.of(), completion.finishReason())
            : choice("text", "", completion.finishReason()));
  }

  /** The last chunk when the client has asked for the usage. */
  Map<String, Object> usageChunk(Completion completion) {
    Map<String, Object> answer =
        envelope(chat ? "chat.completion.chunk" : "text_completion", List.of());
    answer.put("usage", usage(completion));
    return answer;
  }

  static Map<String, Object> models(String model, long created) {
    return Map.of(
        "object",
        "list",
        "data",
        List.of(Map.of("id", model, "object", "model", "created", created, "owned_by", "oml")));
  }

  static Map<String, Object> error(ErrorCode code, String detail) {
    return Map.of(
        "error",
        Map.of(
            "message",
            detail,
            "type",
            code.status() < 500 ? "invalid_request_error" : "server_error",
            "code",
            code.code(),
            "next",
            code.next()));
  }

  private Map<String, Object> chunk(Map<String, Object> choice) {
    return envelope(chat ? "chat.completion.chunk" : "text_completion", List.of(choice));
  }

  private Map<String, Object> envelope(String object, List<Map<String, Object>> choices) {
    Map<String, Object> envelope = new LinkedHashMap<>();
    envelope.put("id", id);
    envelope.put("object", object);
    envelope.put("created", created);
    envelope.put("model", model);
    envelope.put("choices", choices);
    return envelope;
  }

  private static Map<String, Object> choice(
      String member, Object value, @Nullable String finishReason) {
    Map<String, Object> choice = new LinkedHashMap<>();
    choice.put("index", 0);
    choice.put(member, value);
    choice.put("finish_reason", finishReason);
    return choice;
  }

  private static Map<String, Integer> usage(Completion completion) {
    Map<String, Integer> usage = new LinkedHashMap<>();
    usage.put("prompt_tokens", completion.promptTokens());
    usage.put("completion_tokens", completion.completionTokens());
    usage.put("total_tokens", completion.promptTokens() + completion.completionTokens());
    return usage;
  }
}
