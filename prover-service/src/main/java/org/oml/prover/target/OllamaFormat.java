package org.oml.prover.target;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.oml.protocol.AuditContext;
import org.oml.protocol.CanonicalQuery.Kind;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Ollama's own interface. A completion is asked raw, so that no template is put around it. */
final class OllamaFormat implements WireFormat {

  private static final JsonMapper JSON = JsonMapper.shared();

  @Override
  public String modelsPath() {
    return "/api/tags";
  }

  @Override
  public JsonNode modelName(JsonNode list) {
    return list.path("models").path(0).path("name");
  }

  @Override
  public String path(Kind kind) {
    return switch (kind) {
      case CHAT -> "/api/chat";
      case COMPLETION -> "/api/generate";
    };
  }

  @Override
  public byte[] request(AuditContext context, String model, String text) {
    Map<String, Object> request = new LinkedHashMap<>();
    request.put("model", model);
    switch (context.kind()) {
      case CHAT -> request.put("messages", List.of(OpenAiFormat.message(text)));
      case COMPLETION -> {
        request.put("prompt", text);
        request.put("raw", true);
      }
    }
    request.put("stream", false);
    Map<String, Object> options = new LinkedHashMap<>();
    options.put("num_predict", context.maxTokens());
    options.put("temperature", 0);
    request.put("options", options);
    return JSON.writeValueAsBytes(request);
  }

  @Override
  public Optional<String> answer(Kind kind, JsonNode body) {
    return WireFormat.text(
        switch (kind) {
          case CHAT -> body.path("message").path("content");
          case COMPLETION -> body.path("response");
        });
  }
}
