package org.oml.gateway.engine;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.jspecify.annotations.Nullable;
import org.oml.gateway.GatewayError;
import org.oml.protocol.CodedException;

/**
 * The host's inference engine, any server with the OpenAI interface. Spoken to over connections
 * that are kept, by the thread that answers the client: a general client's threads and queues
 * between them cost more than everything else that the gateway does for a query.
 */
public final class Engine implements AutoCloseable {

  private static final Duration IDLE_AT_MOST = Duration.ofSeconds(30);
  private static final String NOT_IN_A_NAME = "\"(),/:;<=>?@[\\]{}";

  private final URI base;
  private final String prefix;
  private final Duration connectLimit;
  private final Duration answerLimit;
  private final Duration idleLimit;
  private final ConcurrentLinkedDeque<EngineConnection> kept = new ConcurrentLinkedDeque<>();
  private volatile boolean closed;

  /**
   * @param base where the engine listens, without {@code /v1}
   * @param connectLimit for a new connection
   * @param answerLimit until the head of an answer; without streaming that is until the answer is
   *     whole
   * @param idleLimit between two pieces of an answer
   */
  public Engine(URI base, Duration connectLimit, Duration answerLimit, Duration idleLimit) {
    this.base = base;
    this.prefix = base.getRawPath() == null ? "" : base.getRawPath().replaceAll("/+$", "");
    this.connectLimit = connectLimit;
    this.answerLimit = answerLimit;
    this.idleLimit = idleLimit;
  }

  /**
   * Sends a request; the engine works while the caller does something else.
   *
   * @throws CodedException {@link GatewayError#ENGINE_UNREACHABLE}, before anything is asked of
   *     anybody else
   */
  public EngineCall ask(EngineRequest request) {
    return new EngineCall(this, head(request), request.body());
  }

  private byte[] head(EngineRequest request) {
    StringBuilder head = new StringBuilder(512);
    head.append(request.method()).append(' ').append(prefix).append(request.path());
    head.append(" HTTP/1.1\r\nHost: ").append(base.getRawAuthority()).append("\r\n");
    Set<String> nominated = PassedHeaders.nominated(request.headers());
    for (Map.Entry<String, List<String>> header : request.headers().entrySet()) {
      String name = header.getKey();
      if (PassedHeaders.toEngine(name) && !nominated.contains(name.toLowerCase(Locale.ROOT))) {
        header.getValue().forEach(value -> add(head, name, value));
      }
    }
    if (request.body().length > 0 || !request.method().equals("GET")) {
      head.append("Content-Length: ").append(request.body().length).append("\r\n");
    }
    return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static void add(StringBuilder head, String name, String value) {
    if (name.isEmpty()
        || !name.chars().allMatch(Engine::isOfName)
        || !value.chars().allMatch(Engine::isOfValue)) {
      throw new CodedException(
          GatewayError.HEADER_INVALID, "A header of the request cannot be passed on.");
    }
    head.append(name).append(": ").append(value).append("\r\n");
  }

  /** A tchar of RFC 9110, section 5.6.2. */
  private static boolean isOfName(int character) {
    return character > ' ' && character < 0x7f && NOT_IN_A_NAME.indexOf(character) < 0;
  }

  /** Of a field value (RFC 9110, section 5.5): no control character but the tab. */
  private static boolean isOfValue(int character) {
    return (character >= ' ' && character <= 0xff && character != 0x7f) || character == '\t';
  }

  Duration answerLimit() {
    return answerLimit;
  }

  Duration idleLimit() {
    return idleLimit;
  }

  /** A connection that was used before, or null. */
  @Nullable EngineConnection idle() {
    for (EngineConnection next = kept.pollFirst(); next != null; next = kept.pollFirst()) {
      if (System.nanoTime() - next.idleSince < IDLE_AT_MOST.toNanos()) {
        return next;
      }
      next.close();
    }
    return null;
  }

  EngineConnection connect() {
    try {
      return EngineConnection.open(base, connectLimit);
    } catch (IOException e) {
      throw new CodedException(GatewayError.ENGINE_UNREACHABLE, "The engine cannot be reached.", e);
    }
  }

  /** Takes a connection back whose answer was read to its end. */
  void giveBack(EngineConnection connection) {
    connection.idleSince = System.nanoTime();
    kept.addFirst(connection);
    if (closed) {
      close();
    }
  }

  /** Closes the connections that are not in use. */
  @Override
  public void close() {
    closed = true;
    for (EngineConnection next = kept.pollFirst(); next != null; next = kept.pollFirst()) {
      next.close();
    }
  }
}
