package org.oml.prover.target;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.oml.protocol.AuditContext;
import org.oml.protocol.CanonicalQuery.Kind;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * OpenAI's interface. The members stand in the order in which people write them; the context hash
 * does not depend on it.
 */
final class OpenAiFormat implements WireFormat {

  private static final JsonMapper JSON = JsonMapper.shared();

  @Override
  public String modelsPath() {
    return "/v1/models";
  }

  @Override
  public JsonNode modelName(JsonNode list) {
    return list.path("data").path(0).path("id");
  }

  @Override
  public String path(Kind kind) {
    return switch (kind) {
      case CHAT -> "/v1/chat/completions";
      case COMPLETION -> "/v1/completions";
    };
  }

  @Override
  public byte[] request(AuditContext context, String model, String text) {
    Map<String, Object> request = new LinkedHashMap<>();
    request.put("model", model);
    switch (context.kind()) {
      case CHAT -> request.put("messages", List.of(message(text)));
      case COMPLETION -> request.put("prompt", text);
    }
    request.put("max_tokens", context.maxTokens());
    request.put("temperature", 0);
    return JSON.writeValueAsBytes(request);
  }

  @Override
  public Optional<String> answer(Kind kind, JsonNode body) {
    JsonNode choice = body.path("choices").path(0);
    return WireFormat.text(
        switch (kind) {
          case CHAT -> choice.path("message").path("content");
          case COMPLETION -> choice.path("text");
        });
  }

  /** What a user says, as this interface and Ollama's write it. */
  static Map<String, Object> message(String text) {
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("role", "user");
    message.put("content", text);
    return message;
  }
}
