package org.oml.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.oml.gateway.metrics.MetricsServer;
import org.oml.gateway.metrics.MetricsSettings;

/** What a host's Prometheus and Grafana see. */
class MetricsIT extends WithGateway {

  private static final Path PANELS = Path.of("../deploy/grafana/dashboards/gateway.json");
  private static final Pattern METRIC = Pattern.compile("\\b(?:oml|jvm|process)_[a-z_]+[a-z]\\b");

  private static MetricsServer server;
  private static URI metrics;

  @BeforeAll
  static void listen() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    server =
        MetricsServer.start(
            gateway.getBean(PrometheusMeterRegistry.class), new MetricsSettings("127.0.0.1", port));
    metrics = URI.create("http://127.0.0.1:" + port + "/metrics");
  }

  @AfterAll
  static void hush() {
    server.close();
  }

  @Test
  void countsAnswersAndRefusalsByTheirCode() throws Exception {
    post("/v1/chat/completions", chat("How many?", false, ""));
    post("/v1/chat/completions", "{");

    assertThat(text())
        .containsPattern("oml_gateway_queries_seconds_count\\{outcome=\"answered\".*} [1-9]")
        .containsPattern("oml_gateway_queries_seconds_count\\{outcome=\"[A-Z_]+\".*} [1-9]")
        .containsPattern("oml_gateway_permits_seconds_count\\{.*} [1-9]")
        .doesNotContain("How many?");
  }

  @Test
  void everyMetricOfThePanelsIsThere() throws Exception {
    post("/v1/chat/completions", chat("Once", false, ""));
    Set<String> asked = new TreeSet<>();
    Matcher names = METRIC.matcher(Files.readString(PANELS));
    while (names.find()) {
      asked.add(names.group());
    }

    assertThat(asked).hasSizeGreaterThan(3);
    assertThat(asked).allSatisfy(name -> assertThat(text()).contains("\n" + name + "{"));
  }

  @Test
  void theUsersPortTellsNothing() throws Exception {
    assertThat(send(url.resolve("/metrics")).statusCode()).isEqualTo(404);
  }

  private static String text() throws Exception {
    HttpResponse<String> answer = send(metrics);
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.body();
  }

  private static HttpResponse<String> send(URI from) throws Exception {
    return CLIENT.send(HttpRequest.newBuilder(from).build(), BodyHandlers.ofString());
  }
}
