package org.oml.gateway;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.oml.host.HostError;
import org.oml.protocol.CodedException;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/** Writes an error as problem details (RFC 9457), as {@code docs/conventions.md} has them. */
final class Problem {

  private static final ObjectMapper JSON = new ObjectMapper();

  private Problem() {}

  static void write(CodedException error, HttpServletResponse response) throws IOException {
    ObjectNode problem = JSON.createObjectNode();
    problem.put("type", "https://oml.dev/errors/" + error.code().code());
    problem.put("title", error.code().code());
    problem.put("status", error.code().status());
    problem.put("detail", error.getMessage());
    problem.put("code", error.code().code());
    problem.put("next", error.code().next());
    response.reset();
    response.setStatus(error.code().status());
    response.setContentType("application/problem+json");
    if (error.code() == GatewayError.BUSY || error.code() == HostError.PERMIT_UNAVAILABLE) {
      response.setHeader("Retry-After", "1");
    }
    byte[] body = JSON.writeValueAsBytes(problem);
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
    // Out before the container waits for the rest of a body that is not wanted.
    response.flushBuffer();
  }
}
