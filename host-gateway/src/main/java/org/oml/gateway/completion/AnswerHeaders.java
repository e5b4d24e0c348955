package org.oml.gateway.completion;

import jakarta.servlet.http.HttpServletResponse;
import org.oml.gateway.engine.EngineAnswer;
import org.oml.gateway.engine.PassedHeaders;
import org.oml.gateway.receipt.OpenAnswer;

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
    response.setHeader("OML-Salt", open.salt().toString());
    open.permit().ifPresent(permit -> response.setHeader("OML-Permit", permit.encode()));
    response.setHeader("OML-Opening-Receipt", open.opening().encode());
  }
}
