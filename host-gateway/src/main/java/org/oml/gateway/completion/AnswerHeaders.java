package org.oml.gateway.completion;

import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;
import org.oml.gateway.engine.EngineAnswer;
import org.oml.gateway.engine.PassedHeaders;

/** Writes the head of an answer: the engine's headers and the protocol's own. */
final class AnswerHeaders {

  private AnswerHeaders() {}

  static void copyEngine(EngineAnswer answer, HttpServletResponse response) {
    response.setStatus(answer.status());
    answer
        .headers()
        .map()
        .forEach(
            (name, values) -> {
              if (PassedHeaders.toClient(name)) {
                values.forEach(value -> response.addHeader(name, value));
              }
            });
  }

  static void write(Map<String, String> headers, HttpServletResponse response) {
    headers.forEach(response::setHeader);
  }
}
