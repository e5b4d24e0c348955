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
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What an honest host has whose engine is in a bad way: it stands before the engine, refuses some
 * requests, lets others wait, cuts answers off, and says more than it was asked for.
 */
public final class FaultyEngine {

  private static final double REFUSED = 0.15;
  private static final double CUT_OFF = 0.1;
  private static final double LATE = 0.15;
  private static final Duration DELAY = Duration.ofSeconds(4);
  private static final int MORE_TOKENS = 60;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final URI engine;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final ObjectMapper json = new ObjectMapper();

  private FaultyEngine(URI engine) {
    this.engine = engine;
  }

  /**
   * Serves until the process is told to stop.
   *
   * @param arguments the port on which it listens, and the engine's URL
   */
  public static void main(String[] arguments) throws IOException {
    System.setProperty("sun.net.httpserver.nodelay", "true");
    FaultyEngine faulty = new FaultyEngine(URI.create(arguments[1]));
    HttpServer server =
        HttpServer.create(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0])),
            0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", faulty::handle);
    server.start();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      boolean question = exchange.getRequestMethod().equals("POST");
      double lot = question ? ThreadLocalRandom.current().nextDouble() : 1;
      if (lot < REFUSED) {
        answer(exchange, 503, "{\"error\":{\"message\":\"overloaded\"}}", 1);
        return;
      }
      if (lot > 1 - LATE && question) {
        Thread.sleep(DELAY);
      }
      HttpResponse<String> response = ask(exchange, question, body);
      double part = lot < REFUSED + CUT_OFF ? 0.5 : 1;
      answer(exchange, response.statusCode(), response.body(), part);
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
          .POST(HttpRequest.BodyPublishers.ofByteArray(wordier(body)));
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private byte[] wordier(byte[] body) {
    JsonNode asked = json.readTree(body);
    if (asked instanceof ObjectNode question && question.has("max_tokens")) {
      question.put("max_tokens", question.required("max_tokens").asInt() + MORE_TOKENS);
    }
    return json.writeValueAsBytes(asked);
  }

  /** Sends a part of what it has announced. */
  private static void answer(HttpExchange exchange, int status, String text, double part)
      throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes, 0, (int) (bytes.length * part));
  }
}
