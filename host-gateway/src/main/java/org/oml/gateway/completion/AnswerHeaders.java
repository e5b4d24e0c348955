package org.oml.gateway.completion;

import jakarta.servlet.http.HttpServletResponse;
import org.oml.gateway.engine.EngineAnswer;
import org.oml.gateway.engine.PassedHeaders;
import org.oml.host.receipt.OpenAnswer;

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

  static void writeOpening(OpenAnswer open, HttpServletResponse response) {
    open.headers().forEach(response::setHeader);
  }
}
