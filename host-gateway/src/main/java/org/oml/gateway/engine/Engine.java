package org.oml.gateway.engine;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Executors;
import org.oml.gateway.GatewayError;
import org.oml.protocol.CodedException;

/** The host's inference engine, any server with the OpenAI interface. */
public final class Engine implements AutoCloseable {

  private final String base;
  private final Duration answerLimit;
  private final Duration idleLimit;
  private final HttpClient client;

  /**
   * @param base where the engine listens, without {@code /v1}
   * @param connectLimit for a new connection
   * @param answerLimit until the head of an answer; without streaming that is until the answer is
   *     whole
   * @param idleLimit between two pieces of an answer
   */
  public Engine(URI base, Duration connectLimit, Duration answerLimit, Duration idleLimit) {
    this.base = base.toString().replaceAll("/+$", "");
    this.answerLimit = answerLimit;
    this.idleLimit = idleLimit;
    // Engines answer HTTP/1.1; some close the connection when they are offered an upgrade to
    // HTTP/2.
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(connectLimit)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();
  }

  /** Sends a request; the engine works while the caller does something else. */
  public EngineCall ask(EngineRequest request) {
    HttpRequest built = build(request);
    return new EngineCall(() -> client.sendAsync(built, head -> new EngineBody(idleLimit)));
  }

  private HttpRequest build(EngineRequest request) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create(base + request.path()))
            .timeout(answerLimit)
            .method(request.method(), publisher(request.body()));
    Set<String> nominated = PassedHeaders.nominated(request.headers());
    request
        .headers()
        .forEach(
            (name, values) -> {
              if (PassedHeaders.toEngine(name) && !nominated.contains(lower(name))) {
                values.forEach(value -> add(builder, name, value));
              }
            });
    return builder.build();
  }

  private static void add(HttpRequest.Builder builder, String name, String value) {
    try {
      builder.header(name, value);
    } catch (IllegalArgumentException e) {
      throw new CodedException(
          GatewayError.HEADER_INVALID, "A header of the request cannot be passed on.", e);
    }
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  private static BodyPublisher publisher(byte[] body) {
    return body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body);
  }

  /** Closes the connections. */
  @Override
  public void close() {
    client.shutdownNow();
  }
}
