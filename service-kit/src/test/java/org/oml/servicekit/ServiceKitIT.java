package org.oml.servicekit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.protocol.CodedException;
import org.oml.protocol.SigningKey;
import org.oml.protocol.span.TraceExport;
import org.oml.protocol.span.Traces;
import org.oml.servicekit.peer.Peer;
import org.oml.servicekit.peer.PeerError;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.transaction.TransactionExecutionListener;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class ServiceKitIT {

  private static final String TOKEN_KEY = "11".repeat(32);
  private static final JsonMapper JSON = new JsonMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir static Path directory;
  private static EmbeddedPostgres postgres;
  private static ConfigurableApplicationContext service;
  private static URI url;

  @BeforeAll
  static void start() throws IOException {
    Files.writeString(directory.resolve("password"), "postgres");
    Files.writeString(directory.resolve("token.key"), TOKEN_KEY);
    postgres = database(0);
    service = run();
    url = urlOf(service);
  }

  @AfterAll
  static void stop() throws IOException {
    service.close();
    postgres.close();
  }

  /** Nothing of it is there, so that it costs nothing. */
  @Test
  void withoutACollectorThereAreNoTraces() {
    assertThat(Traces.areOn()).isFalse();
    assertThat(service.getBeansOfType(TraceExport.class)).isEmpty();
    assertThat(service.getBeansOfType(TransactionExecutionListener.class)).isEmpty();
    assertThat(service.containsBean("traceFilter")).isFalse();
  }

  private static EmbeddedPostgres database(int port) throws IOException {
    return EmbeddedPostgres.builder()
        .setPort(port)
        .setDataDirectory(directory.resolve("data"))
        .setCleanDataDirectory(false)
        .start();
  }

  private static ConfigurableApplicationContext run(String... more) {
    String[] settings = {
      "--spring.application.name=echo",
      "--server.port=0",
      "--oml.database.url=" + postgres.getJdbcUrl("postgres", "postgres"),
      "--oml.database.user=postgres",
      "--oml.database.schema=public",
      "--oml.database.password-file=" + directory.resolve("password"),
      "--oml.database.connect-patience=1s",
      "--oml.identity.token-key-file=" + directory.resolve("token.key"),
      "--oml.http.body-limit=1KB",
      "--oml.http.streamed-paths=/streams/**"
    };
    Set<String> replaced =
        Arrays.stream(more).map(ServiceKitIT::nameOf).collect(Collectors.toSet());
    String[] all =
        Stream.concat(
                Arrays.stream(settings).filter(setting -> !replaced.contains(nameOf(setting))),
                Arrays.stream(more))
            .toArray(String[]::new);
    return new SpringApplication(EchoService.class).run(all);
  }

  private static String nameOf(String setting) {
    return setting.substring(0, setting.indexOf('='));
  }

  private static URI urlOf(ConfigurableApplicationContext context) {
    return URI.create(
        "http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port"));
  }

  private static HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(url.resolve(path)).timeout(Duration.ofSeconds(20));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static HttpResponse<String> post(String path, String body) {
    return send(
        to(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(body)));
  }

  private static JsonNode problem(HttpResponse<String> response, int status, String code) {
    assertThat(response.body()).contains("\"code\":\"" + code + "\"");
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("application/problem+json"));
    JsonNode problem = JSON.readTree(response.body());
    assertThat(problem.path("type").asString()).isEqualTo("https://oml.dev/errors/" + code);
    assertThat(problem.path("next").asString()).isNotBlank();
    assertThat(problem.path("status").asInt()).isEqualTo(status);
    return problem;
  }

  private static HttpResponse<String> signIn(String message, SigningKey key) {
    return post(
        "/v1/sign-in",
        JSON.writeValueAsString(
            Map.of("message", message, "signature", key.signMessage(message).toString())));
  }

  private static String challenge(SigningKey key) {
    String body = "{\"address\":\"" + key.address() + "\"}";
    return JSON.readTree(post("/v1/sign-in/challenge", body).body()).path("message").asString();
  }

  @Test
  void signsAnAccountInAndKnowsItAfterwards() {
    SigningKey key = SigningKey.random();
    JsonNode answer = JSON.readTree(signIn(challenge(key), key).body());
    HttpResponse<String> me =
        send(to("/me").header("Authorization", "Bearer " + answer.path("token").asString()));
    assertThat(me.body()).isEqualTo("{\"address\":\"" + key.address() + "\"}");
    Instant expiresAt = Instant.parse(answer.path("expiresAt").asString());
    assertThat(expiresAt).isBetween(Instant.now().plusSeconds(840), Instant.now().plusSeconds(901));
  }

  @Test
  void takesAChallengeOnce() {
    SigningKey key = SigningKey.random();
    String message = challenge(key);
    assertThat(signIn(message, key).statusCode()).isEqualTo(200);
    problem(signIn(message, key), 401, "SERVICE_SIGN_IN_REFUSED");
  }

  @Test
  void takesAChallengeOnceAmongSeveralInstances() {
    SigningKey key = SigningKey.random();
    String message = challenge(key);
    URI first = url;
    try (ConfigurableApplicationContext second = run()) {
      url = urlOf(second);
      assertThat(signIn(message, key).statusCode()).isEqualTo(200);
    } finally {
      url = first;
    }
    problem(signIn(message, key), 401, "SERVICE_SIGN_IN_REFUSED");
  }

  @Test
  void refusesChallengesThatItDidNotMake() {
    SigningKey key = SigningKey.random();
    SigningKey other = SigningKey.random();
    String message = challenge(key);
    problem(signIn(message, other), 401, "SERVICE_SIGN_IN_REFUSED");
    String forAnother = message.replace(key.address().toString(), other.address().toString());
    problem(signIn(forAnother, other), 401, "SERVICE_SIGN_IN_REFUSED");
    String later =
        message.replaceAll("Expiration Time: .*", "Expiration Time: 2099-01-01T00:00:00Z");
    problem(signIn(later, key), 401, "SERVICE_SIGN_IN_REFUSED");
    problem(signIn("let me in", key), 400, "PROTOCOL_SIGN_IN_MALFORMED");
  }

  @Test
  void refusesCallsWithoutAToken() {
    problem(send(to("/me")), 401, "SERVICE_TOKEN_MISSING");
    problem(send(to("/me").header("Authorization", "Basic eDp5")), 401, "SERVICE_TOKEN_MISSING");
    problem(send(to("/me").header("Authorization", "Bearer x.y")), 401, "SERVICE_TOKEN_REFUSED");
  }

  @Test
  void looksAtTheTokenBeforeTheBody() {
    problem(post("/mine", "not json"), 401, "SERVICE_TOKEN_MISSING");
  }

  @Test
  void refusesTokensThatAreExpiredForAnotherAudienceOrUnsigned() throws Exception {
    Instant now = Instant.now();
    byte[] key = derivedKey();
    assertThat(meWith(signed(key, "echo", "echo", now.plusSeconds(60))).statusCode())
        .isEqualTo(200);
    for (String token :
        new String[] {
          signed(key, "echo", "echo", now.minusSeconds(1)),
          signed(key, "echo", "registry", now.plusSeconds(60)),
          signed(key, "registry", "echo", now.plusSeconds(60)),
          signed(new byte[32], "echo", "echo", now.plusSeconds(60)),
          new PlainJWT(claims("echo", "echo", now.plusSeconds(60))).serialize()
        }) {
      problem(meWith(token), 401, "SERVICE_TOKEN_REFUSED");
    }
  }

  private static byte[] derivedKey() throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(HexFormat.of().parseHex(TOKEN_KEY), "HmacSHA256"));
    return mac.doFinal("oml.token.v1".getBytes(StandardCharsets.UTF_8));
  }

  private static JWTClaimsSet claims(String issuer, String audience, Instant expiresAt) {
    return new JWTClaimsSet.Builder()
        .issuer(issuer)
        .audience(audience)
        .subject(SigningKey.random().address().toString())
        .expirationTime(Date.from(expiresAt))
        .build();
  }

  private static String signed(byte[] key, String issuer, String audience, Instant expiresAt)
      throws Exception {
    SignedJWT jwt =
        new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims(issuer, audience, expiresAt));
    jwt.sign(new MACSigner(key));
    return jwt.serialize();
  }

  private static HttpResponse<String> meWith(String token) {
    return send(to("/me").header("Authorization", "Bearer " + token));
  }

  @Test
  void writesValuesInTheFormsOfTheConventions() {
    String said =
        """
        {"hash":"0x%s","who":"%s","amount":"340282366920938463463374607431768211456","count":3}\
        """
            .formatted("ab".repeat(32), SigningKey.random().address());
    assertThat(post("/echo", said).body()).isEqualTo(said);
  }

  @Test
  void saysWhichMemberIsWrong() {
    String hash = "\"hash\":\"0x" + "ab".repeat(32) + "\"";
    String who = "\"who\":\"" + SigningKey.random().address() + "\"";
    JsonNode missing =
        problem(
            post("/echo", "{" + hash + ",\"amount\":\"1\",\"count\":1}"),
            400,
            "SERVICE_BODY_UNREADABLE");
    assertThat(missing.path("detail").asString()).contains("who");
    JsonNode empty =
        problem(
            post("/echo", "{" + hash + ",\"who\":null,\"amount\":\"1\",\"count\":1}"),
            400,
            "SERVICE_BODY_UNREADABLE");
    assertThat(empty.path("detail").asString()).contains("who");
    JsonNode text =
        problem(
            post("/echo", "{" + hash + "," + who + ",\"amount\":\"1\",\"count\":\"many\"}"),
            400,
            "SERVICE_BODY_UNREADABLE");
    assertThat(text.path("detail").asString()).contains("count");
    problem(post("/echo", "{\"hash\":\"0xAB\"}"), 400, "PROTOCOL_HEX_INVALID");
    problem(post("/echo", "{"), 400, "SERVICE_BODY_UNREADABLE");
    problem(post("/echo", ""), 400, "SERVICE_BODY_UNREADABLE");
  }

  @Test
  void refusesBodiesThatCouldBeReadInTwoWays() {
    String said =
        "{\"hash\":\"0x%s\",\"who\":\"%s\",\"amount\":%s,\"count\":%s}"
            .formatted("ab".repeat(32), SigningKey.random().address(), "%s", "%s");
    assertThat(post("/echo", said.formatted("\"1\"", "2")).statusCode()).isEqualTo(200);
    for (String count : new String[] {"1.5", "1e2", "2147483648", "1,\"count\":1"}) {
      problem(post("/echo", said.formatted("\"1\"", count)), 400, "SERVICE_BODY_UNREADABLE");
    }
    for (String amount : new String[] {"\"01\"", "\"1e5\"", "\"0x1\"", "1.5"}) {
      problem(post("/echo", said.formatted(amount, "1")), 400, "PROTOCOL_VALUE_OUT_OF_RANGE");
    }
    String huge = "\"" + "9".repeat(79) + "\"";
    problem(post("/echo", said.formatted(huge, "1")), 400, "PROTOCOL_VALUE_OUT_OF_RANGE");
    problem(post("/echo", said.formatted("\"1\"", "1") + "{}"), 400, "SERVICE_BODY_UNREADABLE");
  }

  @Test
  void refusesBodiesOverTheLimit() {
    String large = "{\"comment\":\"" + "x".repeat(2000) + "\"}";
    problem(post("/echo", large), 413, "SERVICE_BODY_TOO_LARGE");
    HttpRequest.BodyPublisher chunked =
        BodyPublishers.ofInputStream(
            () -> new ByteArrayInputStream(large.getBytes(StandardCharsets.UTF_8)));
    problem(
        send(to("/echo").header("Content-Type", "application/json").POST(chunked)),
        413,
        "SERVICE_BODY_TOO_LARGE");
    HttpResponse<String> streamed =
        send(to("/streams/one").PUT(BodyPublishers.ofByteArray(new byte[5000])));
    assertThat(streamed.body()).isEqualTo("{\"bytes\":5000}");
  }

  @Test
  void answersWhatItDoesNotKnowWithProblems() {
    problem(send(to("/nothing/here")), 404, "SERVICE_ROUTE_UNKNOWN");
    problem(send(to("/me").DELETE()), 405, "SERVICE_METHOD_UNKNOWN");
    problem(send(to("/count")), 400, "SERVICE_REQUEST_INVALID");
    problem(send(to("/count?limit=x")), 400, "SERVICE_REQUEST_INVALID");
    problem(
        send(to("/echo").header("Content-Type", "text/plain").POST(BodyPublishers.ofString("x"))),
        415,
        "SERVICE_MEDIA_TYPE_UNKNOWN");
    problem(send(to("/a%2fb")), 400, "SERVICE_REQUEST_INVALID");
  }

  @Test
  void keepsItsFailuresToItself() {
    HttpResponse<String> answer = send(to("/secret").header("X-Request-Id", "abc-1"));
    JsonNode problem = problem(answer, 500, "SERVICE_FAILED");
    assertThat(answer.body()).doesNotContain("swordfish").doesNotContain("Exception");
    assertThat(problem.path("detail").asString()).contains("abc-1");
    assertThat(answer.headers().firstValue("X-Request-Id")).hasValue("abc-1");
  }

  @Test
  void callsAPeerWithAnAccount() {
    SigningKey key = SigningKey.random();
    Peer peer = new Peer(url, key);
    assertThat(peer.get("/me", JsonNode.class).path("address").asString())
        .isEqualTo(key.address().toString());
    assertThatThrownBy(() -> peer.get("/nothing", JsonNode.class))
        .isInstanceOfSatisfying(
            CodedException.class,
            e ->
                assertThat(e.code())
                    .isInstanceOfSatisfying(
                        PeerError.class,
                        code -> {
                          assertThat(code.peerStatus()).isEqualTo(404);
                          assertThat(code.code()).isEqualTo("SERVICE_ROUTE_UNKNOWN");
                        }));
  }

  @Test
  void signsNoChallengeMeantForAnotherService() {
    URI throughAnotherName = URI.create("http://localhost:" + url.getPort());
    assertThatThrownBy(
            () -> new Peer(throughAnotherName, SigningKey.random()).get("/me", JsonNode.class))
        .isInstanceOf(CodedException.class)
        .hasMessageContaining("nothing was signed");
  }

  @Test
  void countsItsAnswersForPrometheusAndShowsNothingElseOfItself()
      throws IOException, InterruptedException {
    send(to("/count?limit=7"));
    HttpResponse<String> metrics = send(to("/metrics"));
    assertThat(metrics.statusCode()).isEqualTo(200);
    assertThat(metrics.body())
        .containsPattern("http_server_requests_seconds_count\\{.*uri=\"/count\"")
        .contains("jvm_memory_used_bytes", "hikaricp_connections_active")
        .doesNotContain("limit=7");
    for (String hidden : List.of("/env", "/beans", "/heapdump", "/shutdown", "/actuator")) {
      assertThat(send(to(hidden)).statusCode()).as(hidden).isEqualTo(404);
    }
  }

  @Test
  void recoversWhenTheDatabaseGoesAwayAndReturns() throws IOException, InterruptedException {
    assertThat(send(to("/health")).body())
        .isEqualTo("{\"status\":\"up\",\"missing\":[],\"warnings\":[]}");
    int port = postgres.getPort();
    postgres.close();
    assertThat(send(to("/health")).statusCode()).isEqualTo(503);
    problem(send(to("/now")), 503, "SERVICE_DATABASE_AWAY");
    postgres = database(port);
    Instant deadline = Instant.now().plusSeconds(30);
    while (send(to("/health")).statusCode() != 200) {
      assertThat(Instant.now()).isBefore(deadline);
      Thread.sleep(100);
    }
    assertThat(send(to("/now")).body()).isEqualTo("{\"one\":1}");
  }

  @Test
  void doesNotStartWithoutItsSecuritySettings() {
    assertThatThrownBy(() -> run("--oml.identity.token-key-file="))
        .hasRootCauseInstanceOf(CodedException.class)
        .hasStackTraceContaining("oml.identity.token-key-file is not set");
    assertThatThrownBy(() -> run("--oml.identity.token-key-file=" + directory.resolve("password")))
        .hasStackTraceContaining("is not a readable file with 32 bytes in hex");
    assertThatThrownBy(() -> run("--oml.database.password-file=/nowhere"))
        .hasStackTraceContaining("oml.database.password-file (/nowhere) cannot be read");
    assertThatThrownBy(() -> run("--oml.database.schema=nothing"))
        .hasStackTraceContaining("has no schema nothing");
    assertThatThrownBy(
            () ->
                run(
                    "--oml.database.url=jdbc:postgresql://127.0.0.1:1/oml",
                    "--oml.database.start-patience=1s"))
        .hasStackTraceContaining("No database at");
  }
}
