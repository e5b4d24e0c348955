package org.oml.protocol;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.oml.protocol.CanonicalQuery.Kind;
import tools.jackson.databind.ObjectMapper;

/**
 * What surrounds the text of an audit's query: the endpoint and greedy decoding of a few tokens.
 *
 * @param kind which endpoint is asked
 * @param maxTokens how long the answer may be, at least 1
 */
public record AuditContext(Kind kind, int maxTokens) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * The body of a request in this context.
   *
   * @param model how the endpoint calls its model; no part of the context
   * @param text what the user says
   */
  public byte[] request(String model, String text) {
    Map<String, Object> request = new TreeMap<>();
    request.put("model", model);
    request.put("max_tokens", maxTokens);
    request.put("temperature", 0);
    switch (kind) {
      case CHAT -> request.put("messages", List.of(Map.of("role", "user", "content", text)));
      case COMPLETION -> request.put("prompt", text);
    }
    return JSON.writeValueAsBytes(request);
  }

  /** The context hash of every such request. */
  public Bytes32 hash() {
    return CanonicalQuery.of(kind, request("", "")).contextHash();
  }
}
