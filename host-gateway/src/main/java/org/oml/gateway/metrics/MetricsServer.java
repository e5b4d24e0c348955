package org.oml.gateway.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.oml.gateway.GatewayError;
import org.oml.protocol.CodedException;

/** Answers {@code GET /metrics} in Prometheus's text format, at a port of its own. */
public final class MetricsServer implements AutoCloseable {

  private final PrometheusMeterRegistry registry;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private MetricsServer(PrometheusMeterRegistry registry, HttpServer server) {
    this.registry = registry;
    this.server = server;
  }

  /**
   * @throws CodedException {@link GatewayError#SETTINGS_INVALID} if it cannot listen there
   */
  public static MetricsServer start(PrometheusMeterRegistry registry, MetricsSettings settings) {
    try {
      HttpServer http =
          HttpServer.create(new InetSocketAddress(settings.address(), settings.port()), 0);
      MetricsServer server = new MetricsServer(registry, http);
      http.setExecutor(server.threads);
      http.createContext("/metrics", server::answer);
      http.start();
      return server;
    } catch (IOException e) {
      throw new CodedException(
          GatewayError.SETTINGS_INVALID,
          "oml.gateway.metrics.port: %s:%d is taken or not to be had."
              .formatted(settings.address(), settings.port()),
          e);
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] text = registry.scrape().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
      exchange.sendResponseHeaders(200, text.length);
      exchange.getResponseBody().write(text);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
