package org.oml.cli.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.concurrent.Executors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/** Stands before an engine with the OpenAI interface, and has its own way with questions. */
final class EngineRelay {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final URI engine;
  private final Manner manner;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final ObjectMapper json = new ObjectMapper();

  private EngineRelay(URI engine, Manner manner) {
    this.engine = engine;
    this.manner = manner;
  }

  /** What becomes of a question. */
  interface Manner {

    /** Changes what the engine is asked. */
    void change(ObjectNode question);

    /**
     * Draws what happens to the next answer, and waits if it is to be late.
     *
     * @return the part of it that is sent, from 0 to 1; empty for a refusal
     */
    OptionalDouble fate() throws InterruptedException;
  }

  /**
   * Serves until the process is told to stop.
   *
   * @param arguments the port on which it listens, and the engine's URL
   */
  static void serve(String[] arguments, Manner manner) throws IOException {
    System.setProperty("sun.net.httpserver.nodelay", "true");
    EngineRelay relay = new EngineRelay(URI.create(arguments[1]), manner);
    InetSocketAddress address =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0]));
    HttpServer server = HttpServer.create(address, 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", relay::handle);
    server.start();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      boolean question = exchange.getRequestMethod().equals("POST");
      OptionalDouble part = question ? manner.fate() : OptionalDouble.of(1);
      if (part.isEmpty()) {
        answer(exchange, 503, "{\"error\":{\"message\":\"overloaded\"}}", 1);
        return;
      }
      HttpResponse<String> response = ask(exchange, question, body);
      answer(exchange, response.statusCode(), response.body(), part.getAsDouble());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private HttpResponse<String> ask(HttpExchange exchange, boolean question, byte[] body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(engine.resolve(exchange.getRequestURI().toString()))
            .timeout(PATIENCE);
    if (question) {
      request
          .header("Content-Type", "application/json")
          .POST(HttpRequest.BodyPublishers.ofByteArray(changed(body)));
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private byte[] changed(byte[] body) {
    JsonNode asked = json.readTree(body);
    if (asked instanceof ObjectNode question) {
      manner.change(question);
    }
    return json.writeValueAsBytes(asked);
  }

  /** Sends a part of what it announces. */
  private static void answer(HttpExchange exchange, int status, String text, double part)
      throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes, 0, (int) (bytes.length * part));
  }
}
