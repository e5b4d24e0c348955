package org.oml.protocol.span;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;

/**
 * A collector: takes spans in OTLP over HTTP, as Protocol Buffers, and reads of them what tests
 * look at.
 */
public final class TraceCollector implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final HttpServer server;
  private final Queue<CollectedSpan> spans = new ConcurrentLinkedQueue<>();
  private final Queue<byte[]> bodies = new ConcurrentLinkedQueue<>();

  /**
   * A span that came.
   *
   * @param service whose process made it
   * @param parentId empty for the beginning of a trace
   * @param kind 1 internal, 2 server, 3 client
   */
  public record CollectedSpan(
      String service,
      String traceId,
      String spanId,
      String parentId,
      String name,
      long kind,
      Map<String, String> notes) {}

  /** Listens at a port of its own. */
  public TraceCollector() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/traces", this::take);
    server.start();
  }

  /** One that is there from the start of a class on. */
  public static TraceCollector started() {
    try {
      return new TraceCollector();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where spans are sent. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1/traces");
  }

  /** All that came. */
  public List<CollectedSpan> spans() {
    return List.copyOf(spans);
  }

  /** Every byte that came, a character each. */
  public String everything() {
    StringBuilder all = new StringBuilder();
    bodies.forEach(body -> all.append(new String(body, StandardCharsets.ISO_8859_1)));
    return all.toString();
  }

  /** Waits for a trace with all that is asked of it. */
  public List<CollectedSpan> awaitTrace(Predicate<List<CollectedSpan>> whole)
      throws InterruptedException {
    Instant deadline = Instant.now().plus(PATIENCE);
    while (true) {
      Map<String, List<CollectedSpan>> traces = new LinkedHashMap<>();
      spans.forEach(
          span -> traces.computeIfAbsent(span.traceId(), id -> new ArrayList<>()).add(span));
      for (List<CollectedSpan> trace : traces.values()) {
        if (whole.test(trace)) {
          return trace;
        }
      }
      if (Instant.now().isAfter(deadline)) {
        throw new AssertionError("no such trace among " + spans);
      }
      Thread.sleep(50);
    }
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      bodies.add(body);
      for (WireMessage resource : new WireMessage(body).messages(1)) {
        String service = notes(resource.messages(1).getFirst(), 1).getOrDefault("service.name", "");
        for (WireMessage scope : resource.messages(2)) {
          scope.messages(2).forEach(span -> spans.add(read(service, span)));
        }
      }
      exchange.sendResponseHeaders(200, -1);
    }
  }

  private static CollectedSpan read(String service, WireMessage span) {
    return new CollectedSpan(
        service,
        HexFormat.of().formatHex(span.bytes(1)),
        HexFormat.of().formatHex(span.bytes(2)),
        HexFormat.of().formatHex(span.bytes(4)),
        new String(span.bytes(5), StandardCharsets.UTF_8),
        span.number(6),
        notes(span, 9));
  }

  private static Map<String, String> notes(WireMessage message, int field) {
    Map<String, String> notes = new LinkedHashMap<>();
    for (WireMessage note : message.messages(field)) {
      WireMessage value = note.messages(2).getFirst();
      String text = new String(value.bytes(1), StandardCharsets.UTF_8);
      notes.put(
          new String(note.bytes(1), StandardCharsets.UTF_8),
          text.isEmpty() ? Long.toString(value.number(3)) : text);
    }
    return notes;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
