package org.oml.platform.engine;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import org.oml.protocol.CodedException;
import tools.jackson.databind.ObjectMapper;

/** The OpenAI API over HTTP on the loopback address, a virtual thread for each request. */
final class EngineServer {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LARGEST_BODY = 1 << 20;

  private final LlamaEngine engine;
  private final String name;
  private final long created = Instant.now().getEpochSecond();
  private final HttpServer http;

  /**
   * @param name the model's name
   * @param port where to listen, 0 for any free port
   */
  EngineServer(LlamaEngine engine, String name, int port) throws IOException {
    this.engine = engine;
    this.name = name;
    this.http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    http.createContext("/", this::handle);
  }

  void start() {
    http.start();
  }

  void stop() {
    http.stop(0);
  }

  int port() {
    return http.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      try {
        route(exchange);
      } catch (CodedException e) {
        send(
            exchange,
            e.code().status(),
            OpenAiShapes.error(e.code(), String.valueOf(e.getMessage())));
      } catch (RuntimeException e) {
        System.err.println(
            Instant.now() + " " + exchange.getRequestURI().getPath() + " failed: " + e);
        send(
            exchange,
            EngineError.FAILED.status(),
            OpenAiShapes.error(EngineError.FAILED, "The engine failed."));
      }
    }
  }

  private void route(HttpExchange exchange) throws IOException {
    switch (exchange.getRequestURI().getPath()) {
      case "/health" -> {
        require(exchange, "GET");
        send(exchange, 200, Map.of("status", "up"));
      }
      case "/v1/models" -> {
        require(exchange, "GET");
        send(exchange, 200, OpenAiShapes.models(name, created));
      }
      case "/v1/completions" -> complete(exchange, false);
      case "/v1/chat/completions" -> complete(exchange, true);
      default -> throw new CodedException(EngineError.NOT_FOUND, "There is nothing at this path.");
    }
  }

  private void complete(HttpExchange exchange, boolean chat) throws IOException {
    require(exchange, "POST");
    byte[] body = exchange.getRequestBody().readNBytes(LARGEST_BODY + 1);
    if (body.length > LARGEST_BODY) {
      throw new CodedException(EngineError.REQUEST_TOO_LARGE, "The body is larger than 1 MiB.");
    }
    CompletionRequest request = CompletionRequest.parse(body, chat);
    String id = (chat ? "chatcmpl-" : "cmpl-") + UUID.randomUUID();
    OpenAiShapes shapes = new OpenAiShapes(id, name, Instant.now().getEpochSecond(), chat);
    if (request.stream()) {
      new EventStream(exchange, shapes).answer(engine, request);
    } else {
      send(exchange, 200, shapes.whole(engine.answer(request, piece -> true)));
    }
  }

  private static void require(HttpExchange exchange, String method) {
    if (!exchange.getRequestMethod().equals(method)) {
      throw new CodedException(
          EngineError.METHOD_NOT_ALLOWED, "This path is asked with " + method + ".");
    }
  }

  private static void send(HttpExchange exchange, int status, Object json) throws IOException {
    byte[] bytes = JSON.writeValueAsBytes(json);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  /**
   * An answer as server-sent events. The status is sent with the first of them, so that a refusal
   * still has its own.
   */
  private static final class EventStream {

    private final HttpExchange exchange;
    private final OpenAiShapes shapes;
    private boolean begun;

    EventStream(HttpExchange exchange, OpenAiShapes shapes) {
      this.exchange = exchange;
      this.shapes = shapes;
    }

    void answer(LlamaEngine engine, CompletionRequest request) throws IOException {
      Completion completion =
          engine.answer(
              request,
              piece -> {
                try {
                  send(shapes.piece(piece));
                  return true;
                } catch (IOException clientLeft) {
                  return false;
                }
              });
      send(shapes.end(completion));
      if (request.streamUsage()) {
        send(shapes.usageChunk(completion));
      }
      write("[DONE]");
    }

    private void send(Map<String, Object> json) throws IOException {
      if (!begun) {
        begun = true;
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.sendResponseHeaders(200, 0);
        if (shapes.chat()) {
          write(JSON.writeValueAsString(shapes.opening()));
        }
      }
      write(JSON.writeValueAsString(json));
    }

    private void write(String data) throws IOException {
      OutputStream out = exchange.getResponseBody();
      out.write(("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
    }
  }
}
