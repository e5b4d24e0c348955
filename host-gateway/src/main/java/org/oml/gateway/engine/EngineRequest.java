package org.oml.gateway.engine;

import java.util.List;
import java.util.Map;

/**
 * What a client asks of the engine.
 *
 * @param method of HTTP
 * @param path such as {@code /v1/completions}
 * @param headers all that the client sent; {@link PassedHeaders} says which go on
 * @param body the client's bytes, unchanged
 */
public record EngineRequest(
    String method, String path, Map<String, List<String>> headers, byte[] body) {}
