package org.oml.gateway.engine;

import java.net.http.HttpHeaders;
import java.util.Locale;

/**
 * What the engine answered.
 *
 * @param status of HTTP
 * @param headers as the engine sent them
 * @param body as it comes
 */
public record EngineAnswer(int status, HttpHeaders headers, EngineBody body)
    implements AutoCloseable {

  /** Whether this is an answer to the query and not an error. */
  public boolean isSuccess() {
    return status >= 200 && status < 300;
  }

  /** Whether the answer comes as server-sent events. */
  public boolean isEventStream() {
    return headers
        .firstValue("content-type")
        .map(type -> type.toLowerCase(Locale.ROOT).startsWith("text/event-stream"))
        .orElse(false);
  }

  /** Whether the bytes are those of the answer, and not compressed. */
  public boolean isPlain() {
    return headers
        .firstValue("content-encoding")
        .map(coding -> coding.equalsIgnoreCase("identity"))
        .orElse(true);
  }

  @Override
  public void close() {
    body.close();
  }
}
