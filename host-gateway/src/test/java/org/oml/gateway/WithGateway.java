package org.oml.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.oml.gateway.fixture.TestEngine;
import org.oml.host.fixture.TestHost;
import org.oml.host.fixture.TestPermissions;
import org.oml.host.fixture.TestPermissions.Refusal;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CanonicalQuery;
import org.oml.protocol.CanonicalQuery.Kind;
import org.oml.protocol.IssuedPermit;
import org.oml.protocol.Receipt;
import org.oml.protocol.ResponseRoot;
import org.oml.protocol.SignedReceipt;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** A gateway between a real HTTP engine and a permission service, for tests to ask. */
abstract class WithGateway {

  protected static final ObjectMapper JSON = new ObjectMapper();
  protected static final HttpClient CLIENT = HttpClient.newHttpClient();

  @TempDir protected static Path directory;
  protected static TestHost host;
  protected static TestEngine engine;
  protected static TestPermissions permissions;
  protected static ConfigurableApplicationContext gateway;
  protected static URI url;

  @BeforeAll
  protected static void start() throws IOException {
    host = TestHost.write(directory);
    engine = new TestEngine(0);
    permissions = new TestPermissions(0, host);
    List<String> arguments = new ArrayList<>(host.arguments(engine.url(), permissions.url()));
    arguments.add("--oml.gateway.permit-patience=2s");
    arguments.add("--oml.gateway.answer-timeout=2s");
    arguments.add("--oml.gateway.idle-timeout=1s");
    arguments.add("--oml.gateway.max-request-size=100KB");
    arguments.add("--oml.gateway.permit-signers=" + TestPermissions.SIGNER.address());
    gateway = SpringApplication.run(GatewayApplication.class, arguments.toArray(String[]::new));
    url = url(gateway);
  }

  @AfterAll
  static void stop() {
    gateway.close();
    permissions.close();
    engine.close();
  }

  @BeforeEach
  void behave() {
    permissions.refusals.set(0);
    permissions.change = permit -> permit;
    permissions.signer = TestPermissions.SIGNER;
    engine.asked.clear();
  }

  protected static void requireConsistent(
      HttpResponse<String> response, Kind kind, String body, String answer, SignedReceipt closing) {
    Bytes32 salt = Bytes32.parse(header(response, "OML-Salt"));
    IssuedPermit permit = IssuedPermit.parse(header(response, "OML-Permit"));
    Receipt receipt = closing.receipt();
    assertThat(permit.permit().queryHash())
        .isEqualTo(CanonicalQuery.of(kind, body.getBytes(StandardCharsets.UTF_8)).queryHash(salt));
    assertThat(receipt.responseRoot()).isEqualTo(ResponseRoot.of(answer).root(salt));
    assertThat(receipt.permitHash()).isEqualTo(permit.permitHash());
    assertThat(receipt.servedAt())
        .isBetween(permit.permit().issuedAt(), permit.permit().expiresAt());
    assertThat(closing.signer(host.domain())).isEqualTo(host.gatewayKey().address());
    if (response.headers().firstValue("OML-Receipt").isPresent()) {
      assertThat(response.headers().firstValue("OML-Opening-Receipt")).isEmpty();
    } else {
      requireOpened(response, receipt);
    }
  }

  /** Only a stream begins before its final receipt can be signed. */
  private static void requireOpened(HttpResponse<String> response, Receipt closing) {
    SignedReceipt opening = SignedReceipt.parse(header(response, "OML-Opening-Receipt"));
    assertThat(opening.receipt().responseRoot()).isEqualTo(Bytes32.ZERO);
    assertThat(closing)
        .usingRecursiveComparison()
        .ignoringFields("responseRoot")
        .isEqualTo(opening.receipt());
    assertThat(opening.signer(host.domain())).isEqualTo(host.gatewayKey().address());
  }

  protected static SignedReceipt closingReceipt(HttpResponse<String> response) {
    Optional<String> inHeader = response.headers().firstValue("OML-Receipt");
    if (inHeader.isPresent()) {
      return SignedReceipt.parse(inHeader.get());
    }
    String marker = "event: oml-receipt\ndata: ";
    String last = response.body().substring(response.body().indexOf(marker) + marker.length());
    return SignedReceipt.parse(JSON.readTree(last).path("receipt").asString());
  }

  protected static void refuse(int times, int status, String code) {
    permissions.refusal = new Refusal(status, code);
    permissions.refusals.set(times);
  }

  protected static String chat(String text, boolean streamed, String behaviour) {
    return "{\"model\":\"m\",\"stream\":%s,\"behaviour\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":%s}]}"
        .formatted(streamed, behaviour, JSON.writeValueAsString(text));
  }

  protected static HttpRequest request(String path, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url.resolve(path)).POST(BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return request.build();
  }

  protected static HttpResponse<String> post(String path, String body, String... headers)
      throws Exception {
    return CLIENT.send(request(path, body, headers), BodyHandlers.ofString());
  }

  protected static HttpResponse<String> get(String path) throws Exception {
    return CLIENT.send(HttpRequest.newBuilder(url.resolve(path)).build(), BodyHandlers.ofString());
  }

  protected static void requireProblem(HttpResponse<String> response, int status, String code) {
    assertThat(response.body()).contains(code);
    JsonNode problem = JSON.readTree(response.body());
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(header(response, "Content-Type")).isEqualTo("application/problem+json");
    assertThat(problem.path("code").asString()).isEqualTo(code);
    assertThat(problem.path("next").asString()).isNotEmpty();
  }

  protected static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElseThrow();
  }

  protected static URI url(ConfigurableApplicationContext context) {
    return URI.create(
        "http://127.0.0.1:"
            + Objects.requireNonNull(((WebServerApplicationContext) context).getWebServer())
                .getPort());
  }
}
