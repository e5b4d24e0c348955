package org.oml.gateway;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.oml.gateway.engine.Engine;
import org.oml.gateway.engine.EngineCall;
import org.oml.gateway.engine.EngineRequest;
import org.oml.protocol.CodedException;

/** Whether the gateway can do its work: engine, journal and permits. */
final class Readiness {

  private record Part(String name, BooleanSupplier isReady) {}

  private final List<Part> parts;

  Readiness(Engine engine, BooleanSupplier journal, BooleanSupplier permits) {
    this.parts =
        List.of(
            new Part("engine", () -> answers(engine)),
            new Part("journal", journal),
            new Part("permits", permits));
  }

  /** Answers 200 {@code {"status":"up"}}, or 503 with the names of what is missing. */
  void write(HttpServletResponse response) throws IOException {
    List<String> missing =
        parts.stream().filter(part -> !part.isReady().getAsBoolean()).map(Part::name).toList();
    response.setStatus(missing.isEmpty() ? 200 : 503);
    response.setContentType("application/json");
    String json =
        missing.isEmpty()
            ? "{\"status\":\"up\"}"
            : "{\"status\":\"down\",\"missing\":[\"" + String.join("\",\"", missing) + "\"]}";
    response.getOutputStream().write(json.getBytes(StandardCharsets.UTF_8));
  }

  /** An engine that answers at all is there; what it says of its models is its own. */
  private static boolean answers(Engine engine) {
    try (EngineCall call =
        engine.ask(new EngineRequest("GET", "/v1/models", Map.of(), new byte[0]))) {
      return call.await().status() < 500;
    } catch (CodedException e) {
      return false;
    }
  }
}
