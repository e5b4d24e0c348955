package org.oml.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.oml.gateway.fixture.TestEngine;
import org.oml.gateway.fixture.TestHost;
import org.oml.gateway.fixture.TestPermissions;
import org.oml.gateway.fixture.TestPermissions.Refusal;
import org.oml.gateway.permit.PermitSource;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CanonicalQuery;
import org.oml.protocol.CanonicalQuery.Kind;
import org.oml.protocol.Keccak;
import org.oml.protocol.Permit;
import org.oml.protocol.Receipt;
import org.oml.protocol.ResponseRoot;
import org.oml.protocol.SignedPermit;
import org.oml.protocol.SignedReceipt;
import org.oml.protocol.SigningKey;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The gateway between a real HTTP engine and a permission service, as users see it. */
class GatewayIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  @TempDir static Path directory;
  private static TestHost host;
  private static TestEngine engine;
  private static TestPermissions permissions;
  private static ConfigurableApplicationContext gateway;
  private static URI url;

  @BeforeAll
  static void start() throws IOException {
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

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void answersWithPermitAndReceiptsStreamedOrNot(boolean streamed) throws Exception {
    String body = chat("Wer, wie, was? äöü 😀", streamed, "");
    Bytes32 clientRef = Keccak.of("my reference");

    HttpResponse<String> response =
        post("/v1/chat/completions", body, "OML-Client-Ref", clientRef.toString());

    assertThat(response.statusCode()).isEqualTo(200);
    SignedReceipt closing = closingReceipt(response);
    requireConsistent(
        response, Kind.CHAT, body, TestEngine.answerTo("Wer, wie, was? äöü 😀"), closing);
    assertThat(closing.receipt().clientRef()).isEqualTo(clientRef);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void answersCompletionsToo(boolean streamed) throws Exception {
    String body = "{\"prompt\":\"Once upon a time\",\"stream\":" + streamed + "}";
    HttpResponse<String> response = post("/v1/completions", body);
    requireConsistent(
        response,
        Kind.COMPLETION,
        body,
        TestEngine.answerTo("Once upon a time"),
        closingReceipt(response));
  }

  /**
   * The hash of a request does not depend on how its answer travels, and the engine sees the
   * client's very bytes.
   */
  @Test
  void passesRandomRequestsThroughByteByByte() throws Exception {
    Random random = new Random(11);
    for (int round = 0; round < 40; round++) {
      String spaces = " ".repeat(random.nextInt(3));
      String text = "q" + round + "é\\u00fc\\\"" + random.nextInt();
      String extras =
          "\"top_k\":" + random.nextInt(100) + ",\"x_" + round + "\":[1,{\"a\":null}]," + spaces;
      String whole =
          "{"
              + extras
              + "\"messages\":[{\"role\":\"user\",\"content\":\""
              + text
              + "\"}]"
              + spaces
              + "}";
      String streamed = whole.replaceFirst("\\{", "{\"stream\":true,");
      HttpResponse<String> first = post("/v1/chat/completions", whole);
      HttpResponse<String> second = post("/v1/chat/completions", streamed);

      assertThat(engine.asked.take().body()).isEqualTo(whole.getBytes(StandardCharsets.UTF_8));
      assertThat(engine.asked.take().body()).isEqualTo(streamed.getBytes(StandardCharsets.UTF_8));
      CanonicalQuery query = CanonicalQuery.of(Kind.CHAT, whole.getBytes(StandardCharsets.UTF_8));
      for (HttpResponse<String> response : List.of(first, second)) {
        Bytes32 salt = Bytes32.parse(header(response, "OML-Salt"));
        assertThat(closingReceipt(response).receipt().queryHash()).isEqualTo(query.queryHash(salt));
      }
      assertThat(header(first, "OML-Salt")).isNotEqualTo(header(second, "OML-Salt"));
      assertThat(closingReceipt(first).receipt().permitHash())
          .isNotEqualTo(closingReceipt(second).receipt().permitHash());
    }
  }

  @Test
  void passesTheEnginesEventsOnAsTheyAreAndEndsWithTheReceipt() throws Exception {
    HttpResponse<String> response = post("/v1/chat/completions", chat("abcd", true, ""));
    assertThat(response.body())
        .startsWith(
            """
            data: {"choices":[{"index":0,"delta":{"content":"dc"}}]}

            : a comment\r
            \r
            data: {"choices":[{"index":0,"delta":{"content":"ba"}}]}

            data: {"choices":[],"usage":{"total_tokens":3}}

            data: [DONE]

            event: oml-receipt
            data: {"receipt":"omlr1.""");
    assertThat(header(response, "X-Engine")).isEqualTo("kept");
    assertThat(header(response, "Content-Type")).startsWith("text/event-stream");
  }

  @Test
  void endsAStreamWithoutDoneWithTheReceiptAllTheSame() throws Exception {
    String body = chat("abcd", true, "no-done");
    HttpResponse<String> response = post("/v1/chat/completions", body);
    assertThat(response.body()).doesNotContain("[DONE]");
    requireConsistent(response, Kind.CHAT, body, "dcba", closingReceipt(response));
  }

  /** The engine is asked before the permit is there, and nothing goes out before both are. */
  @Test
  void fetchesThePermitWhileTheEngineWorks() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    engine.gates.put("wait for me", gate);
    int before = permissions.issued().size();

    CompletableFuture<HttpResponse<String>> answer =
        CLIENT.sendAsync(
            request("/v1/chat/completions", chat("wait for me", true, "gated")),
            BodyHandlers.ofString());
    Waiting.until(() -> permissions.issued().size() > before);
    assertThat(engine.asked).hasSize(1);
    assertThat(answer).isNotDone();
    gate.countDown();

    assertThat(answer.get().statusCode()).isEqualTo(200);
  }

  @Test
  void letsNothingOutWithoutAPermit() throws Exception {
    refuse(1, 403, "PERMISSION_HOST_SUSPENDED");
    HttpResponse<String> response = post("/v1/chat/completions", chat("secret", true, ""));
    requireProblem(response, 503, "GATEWAY_PERMIT_REFUSED");
    assertThat(response.body()).contains("PERMISSION_HOST_SUSPENDED").doesNotContain("terces");
    assertThat(response.headers().firstValue("OML-Salt")).isEmpty();
  }

  @Test
  void survivesAPermissionServiceThatIsAwayForAMoment() throws Exception {
    refuse(3, 503, "SERVICE_DATABASE_AWAY");
    assertThat(post("/v1/chat/completions", chat("patience", false, "")).statusCode())
        .isEqualTo(200);
  }

  @Test
  void refusesWhenThePermissionServiceStaysAway() throws Exception {
    refuse(1_000, 503, "SERVICE_DATABASE_AWAY");
    HttpResponse<String> response = post("/v1/chat/completions", chat("patience", false, ""));
    requireProblem(response, 503, "GATEWAY_PERMIT_UNAVAILABLE");
    assertThat(header(response, "Retry-After")).isEqualTo("1");
  }

  @Test
  void signsInAgainWhenItsTokenIsRefused() throws Exception {
    assertThat(post("/v1/chat/completions", chat("one", false, "")).statusCode()).isEqualTo(200);
    permissions.forgetTokens();
    assertThat(post("/v1/chat/completions", chat("two", false, "")).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({"hash", "host", "instance", "model", "future", "expired", "long", "signer"})
  void refusesAPermitThatWouldNotAcquit(String flaw) throws Exception {
    permissions.change = permit -> flawed(permit, flaw);
    permissions.signer = flaw.equals("signer") ? SigningKey.random() : TestPermissions.SIGNER;
    requireProblem(
        post("/v1/chat/completions", chat("q", false, "")), 502, "GATEWAY_PERMIT_INVALID");
  }

  @Test
  void takesAPermitFromAClockALittleAheadAndDatesItsReceiptNoEarlier() throws Exception {
    permissions.change = permit -> dated(permit, 30, 600);
    HttpResponse<String> response = post("/v1/chat/completions", chat("q", false, ""));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(closingReceipt(response).receipt().servedAt())
        .isGreaterThanOrEqualTo(
            SignedPermit.parse(header(response, "OML-Permit")).permit().issuedAt());
  }

  @ParameterizedTest
  @CsvSource({
    "html,502,GATEWAY_ENGINE_ANSWER_UNREADABLE",
    "compressed,502,GATEWAY_ENGINE_ANSWER_UNREADABLE",
    "silent,504,GATEWAY_ENGINE_TIMEOUT"
  })
  void saysWhatIsWrongWithTheEngine(String behaviour, int status, String code) throws Exception {
    requireProblem(post("/v1/chat/completions", chat("q", false, behaviour)), status, code);
  }

  @Test
  void passesTheEnginesOwnErrorsOn() throws Exception {
    HttpResponse<String> response = post("/v1/chat/completions", chat("q", false, "error"));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).isEqualTo("{\"error\":{\"message\":\"no such model\"}}");
  }

  /**
   * The client is told in an event and sees the connection break: nobody takes a part for the
   * whole.
   */
  @ParameterizedTest
  @CsvSource({
    "break,GATEWAY_ENGINE_STREAM_BROKEN",
    "stall,GATEWAY_ENGINE_TIMEOUT",
    "garbage,GATEWAY_ENGINE_STREAM_BROKEN"
  })
  void givesNoReceiptForAStreamThatBreaksOff(String behaviour, String code) throws Exception {
    HttpResponse<Stream<String>> response =
        CLIENT.send(
            request("/v1/chat/completions", chat("abcd", true, behaviour)), BodyHandlers.ofLines());
    assertThat(response.statusCode()).isEqualTo(200);
    List<String> lines = new ArrayList<>();
    assertThatThrownBy(() -> response.body().forEach(lines::add))
        .hasRootCauseInstanceOf(IOException.class);
    assertThat(String.join("\n", lines)).contains("dc", code).doesNotContain("oml-receipt");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "\"x\"",
        "{}",
        "{\"messages\":[]}",
        "{\"messages\":[{\"role\":\"system\",\"content\":\"x\"}]}",
        "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"messages\":[{\"role\":\"user\",\"content\":\"b\"}]}",
        "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\"}]}]}",
        "{\"seed\":99999999999999999999,\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}",
        "{\"x\":1e999,\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}"
      })
  void refusesARequestThatHasNoHash(String body) throws Exception {
    requireProblem(post("/v1/chat/completions", body), 400, "PROTOCOL_QUERY_MALFORMED");
    assertThat(engine.asked).isEmpty();
  }

  @Test
  void refusesABodyThatIsTooLarge() throws Exception {
    requireProblem(
        post("/v1/chat/completions", chat("x".repeat(200_000), false, "")),
        413,
        "GATEWAY_BODY_TOO_LARGE");
    HttpRequest chunked =
        HttpRequest.newBuilder(url.resolve("/v1/chat/completions"))
            .POST(BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(new byte[200_000])))
            .build();
    requireProblem(CLIENT.send(chunked, BodyHandlers.ofString()), 413, "GATEWAY_BODY_TOO_LARGE");
  }

  @Test
  void refusesAClientReferenceThatIsNone() throws Exception {
    requireProblem(
        post("/v1/chat/completions", chat("q", false, ""), "OML-Client-Ref", "0x12"),
        400,
        "GATEWAY_CLIENT_REF_INVALID");
  }

  @Test
  void knowsItsPathsAndMethods() throws Exception {
    requireProblem(post("/v1/embeddings", "{}"), 404, "GATEWAY_NOT_FOUND");
    requireProblem(get("/v1/completions"), 405, "GATEWAY_METHOD_NOT_ALLOWED");
    assertThat(get("/v1/models").body()).isEqualTo("{\"data\":[{\"id\":\"m\"}]}");
    assertThat(get("/health").body()).isEqualTo("{\"status\":\"up\"}");
  }

  @Test
  void keepsTheProtocolsHeadersAndTheClientsCompressionFromTheEngine() throws Exception {
    post(
        "/v1/chat/completions",
        chat("q", false, ""),
        "Authorization",
        "Bearer of-the-engine",
        "OML-Salt",
        "0x00",
        "Accept-Encoding",
        "gzip");
    var headers = engine.asked.take().headers();
    assertThat(headers.get("Authorization")).containsExactly("Bearer of-the-engine");
    assertThat(headers.keySet()).doesNotContain("Oml-salt", "Accept-encoding");
  }

  @Test
  void forgetsAClientThatLeavesAndGoesOn() throws Exception {
    byte[] body = chat("abcd", true, "stall").getBytes(StandardCharsets.UTF_8);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), url.getPort())) {
      socket
          .getOutputStream()
          .write(
              ("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: "
                      + body.length
                      + "\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(body);
      assertThat(socket.getInputStream().read()).isEqualTo('H');
    }
    assertThat(post("/v1/chat/completions", chat("next", true, "")).statusCode()).isEqualTo(200);
  }

  @Configuration(proxyBeanMethods = false)
  static class WithoutPermits {

    @Bean
    PermitSource none() {
      return queryHash -> Optional.empty();
    }
  }

  /** Ten lines are enough for another source of permits; what it gives is what the receipts say. */
  @Test
  void namesNoPermitInReceiptsWhenItsSourceOfPermitsHasNone() throws Exception {
    Path other = directory.resolve("other");
    java.nio.file.Files.createDirectory(other);
    TestHost otherHost = TestHost.write(other);
    try (ConfigurableApplicationContext without =
        SpringApplication.run(
            new Class<?>[] {GatewayApplication.class, WithoutPermits.class},
            otherHost.arguments(engine.url(), permissions.url()).toArray(String[]::new))) {
      HttpRequest asked =
          HttpRequest.newBuilder(url(without).resolve("/v1/chat/completions"))
              .POST(BodyPublishers.ofString(chat("q", true, "")))
              .build();
      HttpResponse<String> response = CLIENT.send(asked, BodyHandlers.ofString());
      assertThat(response.headers().firstValue("OML-Permit")).isEmpty();
      assertThat(closingReceipt(response).receipt().permitHash()).isEqualTo(Bytes32.ZERO);
    }
  }

  private static void requireConsistent(
      HttpResponse<String> response, Kind kind, String body, String answer, SignedReceipt closing) {
    Bytes32 salt = Bytes32.parse(header(response, "OML-Salt"));
    SignedPermit permit = SignedPermit.parse(header(response, "OML-Permit"));
    SignedReceipt opening = SignedReceipt.parse(header(response, "OML-Opening-Receipt"));
    Receipt receipt = closing.receipt();
    assertThat(permit.permit().queryHash())
        .isEqualTo(CanonicalQuery.of(kind, body.getBytes(StandardCharsets.UTF_8)).queryHash(salt));
    assertThat(opening.receipt().responseRoot()).isEqualTo(Bytes32.ZERO);
    assertThat(receipt.responseRoot()).isEqualTo(ResponseRoot.of(answer).root(salt));
    assertThat(receipt)
        .usingRecursiveComparison()
        .ignoringFields("responseRoot")
        .isEqualTo(opening.receipt());
    assertThat(receipt.permitHash()).isEqualTo(permit.permitHash());
    assertThat(receipt.servedAt())
        .isBetween(permit.permit().issuedAt(), permit.permit().expiresAt());
    assertThat(opening.signer(host.domain())).isEqualTo(host.gatewayKey().address());
    assertThat(closing.signer(host.domain())).isEqualTo(host.gatewayKey().address());
  }

  private static SignedReceipt closingReceipt(HttpResponse<String> response) {
    Optional<String> inHeader = response.headers().firstValue("OML-Receipt");
    if (inHeader.isPresent()) {
      return SignedReceipt.parse(inHeader.get());
    }
    String marker = "event: oml-receipt\ndata: ";
    String last = response.body().substring(response.body().indexOf(marker) + marker.length());
    return SignedReceipt.parse(JSON.readTree(last).path("receipt").asString());
  }

  private static Permit flawed(Permit permit, String flaw) {
    return switch (flaw) {
      case "hash" ->
          with(permit, permit.modelId(), permit.instanceId(), permit.host(), Keccak.of("another"));
      case "host" ->
          with(permit, permit.modelId(), permit.instanceId(), Address.ZERO, permit.queryHash());
      case "instance" ->
          with(permit, permit.modelId(), Bytes32.ZERO, permit.host(), permit.queryHash());
      case "model" ->
          with(permit, Bytes32.ZERO, permit.instanceId(), permit.host(), permit.queryHash());
      case "future" -> dated(permit, 120, 600);
      case "expired" -> dated(permit, -700, 600);
      case "long" -> dated(permit, 0, 601);
      case "signer" -> permit;
      default -> throw new IllegalArgumentException(flaw);
    };
  }

  private static Permit with(
      Permit permit, Bytes32 modelId, Bytes32 instanceId, Address wallet, Bytes32 queryHash) {
    return new Permit(
        modelId,
        instanceId,
        wallet,
        permit.termsVersion(),
        queryHash,
        permit.serial(),
        permit.issuedAt(),
        permit.expiresAt(),
        permit.price());
  }

  private static Permit dated(Permit permit, long ahead, long life) {
    long issuedAt = Instant.now().getEpochSecond() + ahead;
    return new Permit(
        permit.modelId(),
        permit.instanceId(),
        permit.host(),
        permit.termsVersion(),
        permit.queryHash(),
        permit.serial(),
        issuedAt,
        issuedAt + life,
        permit.price());
  }

  private static void refuse(int times, int status, String code) {
    permissions.refusal = new Refusal(status, code);
    permissions.refusals.set(times);
  }

  private static String chat(String text, boolean streamed, String behaviour) {
    return "{\"model\":\"m\",\"stream\":%s,\"behaviour\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":%s}]}"
        .formatted(streamed, behaviour, JSON.writeValueAsString(text));
  }

  private static HttpRequest request(String path, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url.resolve(path)).POST(BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return request.build();
  }

  private static HttpResponse<String> post(String path, String body, String... headers)
      throws Exception {
    return CLIENT.send(request(path, body, headers), BodyHandlers.ofString());
  }

  private static HttpResponse<String> get(String path) throws Exception {
    return CLIENT.send(HttpRequest.newBuilder(url.resolve(path)).build(), BodyHandlers.ofString());
  }

  private static void requireProblem(HttpResponse<String> response, int status, String code) {
    assertThat(response.body()).contains(code);
    JsonNode problem = JSON.readTree(response.body());
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(header(response, "Content-Type")).isEqualTo("application/problem+json");
    assertThat(problem.path("code").asString()).isEqualTo(code);
    assertThat(problem.path("next").asString()).isNotEmpty();
  }

  private static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElseThrow();
  }

  private static URI url(ConfigurableApplicationContext context) {
    return URI.create(
        "http://127.0.0.1:"
            + Objects.requireNonNull(((WebServerApplicationContext) context).getWebServer())
                .getPort());
  }
}
