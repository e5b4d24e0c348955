package org.oml.gateway.chain;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** A node, asked by JSON-RPC 2.0 over HTTP. Its address may hold a key and stands in no message. */
public final class JsonRpc implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final URI url;
  private final Duration timeout;
  private final HttpClient client;
  private final AtomicLong calls = new AtomicLong();

  public JsonRpc(URI url, Duration timeout) {
    this.url = url;
    this.timeout = timeout;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(timeout)
            .build();
  }

  /**
   * Calls a method.
   *
   * @throws NodeRefusedException when the node answers with an error
   * @throws IOException when it gives no answer that can be read
   */
  JsonNode call(String method, Object... parameters) throws IOException {
    Map<String, Object> body =
        Map.of(
            "jsonrpc",
            "2.0",
            "id",
            calls.incrementAndGet(),
            "method",
            method,
            "params",
            List.of(parameters));
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .timeout(timeout)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
            .build();
    JsonNode answer = parse(method, send(method, request));
    if (answer.hasNonNull("error")) {
      JsonNode error = answer.path("error");
      throw new NodeRefusedException(
          method + ": " + error.path("message").asString("an error without a message"),
          error.path("data").asString(""));
    }
    if (!answer.has("result")) {
      throw new IOException("The node's answer to " + method + " has no result.");
    }
    return answer.path("result");
  }

  private byte[] send(String method, HttpRequest request) throws IOException {
    try {
      HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
      return response.body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("The gateway is being stopped.", e);
    } catch (IOException e) {
      throw new IOException("The node does not answer " + method + ".", e);
    }
  }

  private static JsonNode parse(String method, byte[] body) throws IOException {
    try {
      return JSON.readTree(body);
    } catch (JacksonException e) {
      throw new IOException("The node's answer to " + method + " is not JSON.", e);
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
