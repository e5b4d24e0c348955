package org.oml.prover.target;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.oml.protocol.AuditContext;
import org.oml.protocol.CanonicalQuery.Kind;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The generate call of text-generation-inference. It continues texts and knows no conversation: a
 * message is asked as the text that it is.
 */
final class TgiFormat implements WireFormat {

  private static final JsonMapper JSON = JsonMapper.shared();

  @Override
  public String modelsPath() {
    return "/info";
  }

  @Override
  public JsonNode modelName(JsonNode list) {
    return list.path("model_id");
  }

  @Override
  public String path(Kind kind) {
    return "/generate";
  }

  @Override
  public byte[] request(AuditContext context, String model, String text) {
    Map<String, Object> parameters = new LinkedHashMap<>();
    parameters.put("max_new_tokens", context.maxTokens());
    parameters.put("do_sample", false);
    Map<String, Object> request = new LinkedHashMap<>();
    request.put("inputs", text);
    request.put("parameters", parameters);
    return JSON.writeValueAsBytes(request);
  }

  @Override
  public Optional<String> answer(Kind kind, JsonNode body) {
    return WireFormat.text(body.path("generated_text"));
  }
}
