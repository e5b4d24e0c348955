package org.oml.protocol.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.oml.protocol.CodedException;
import org.oml.protocol.SignInMessage;
import org.oml.protocol.SigningKey;

/** A client's patience, before a service that is slow or away. */
class ServiceClientTest {

  private static final Duration CALL = Duration.ofSeconds(2);

  private final SigningKey account = SigningKey.random();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch released = new CountDownLatch(1);
  private final AtomicInteger calls = new AtomicInteger();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(
        "/v1/sign-in/challenge",
        exchange -> answer(exchange, 200, "{\"message\":\"%s\"}".formatted(challenge())));
    server.createContext(
        "/v1/sign-in",
        exchange ->
            answer(
                exchange,
                200,
                "{\"token\":\"t\",\"expiresAt\":\"%s\"}"
                    .formatted(Instant.now().plusSeconds(900))));
    server.start();
  }

  @AfterEach
  void stop() {
    released.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  @Test
  void anAnswerThatTookLongerThanThePatienceIsAskedForAgain() {
    server.createContext(
        "/v1/thing",
        exchange -> {
          if (calls.incrementAndGet() == 1) {
            awaitRelease();
          }
          answer(exchange, 200, "{\"there\":true}");
        });
    assertThat(client(CALL).get("/v1/thing").required("there").asBoolean()).isTrue();
    assertThat(calls).hasValue(2);
  }

  @Test
  void whatIsUnavailableIsAskedForAgainAndOtherRefusalsAreNot() {
    server.createContext(
        "/v1/thing",
        exchange ->
            answer(exchange, calls.incrementAndGet() == 1 ? 503 : 404, "{\"code\":\"GONE\"}"));
    assertThatThrownBy(() -> client(CALL).get("/v1/thing"))
        .isInstanceOfSatisfying(
            CodedException.class, e -> assertThat(e.code().code()).isEqualTo("GONE"));
    assertThat(calls).hasValue(2);
  }

  @Test
  void whoHasNoPatienceHearsOfTheFirstFailure() {
    server.createContext(
        "/v1/thing",
        exchange -> answer(exchange, 503, "{\"code\":\"AWAY_" + calls.incrementAndGet() + "\"}"));
    assertThatThrownBy(() -> client(Duration.ZERO).get("/v1/thing"))
        .isInstanceOfSatisfying(
            CodedException.class, e -> assertThat(e.code().code()).isEqualTo("AWAY_1"));
  }

  /** The HTTP client's own limit ends with the headers. */
  @Test
  void aBodyThatBringsNothingMoreIsNotWaitedForForEver() throws IOException {
    server.createContext(
        "/v1/thing",
        exchange -> {
          exchange.sendResponseHeaders(200, 1000);
          exchange.getResponseBody().write("{\"there\":".getBytes(StandardCharsets.UTF_8));
          exchange.getResponseBody().flush();
          awaitRelease();
        });
    assertThatThrownBy(() -> client(Duration.ZERO).get("/v1/thing"))
        .isInstanceOfSatisfying(
            CodedException.class, e -> assertThat(e.code()).isEqualTo(ClientError.UNREACHABLE));
    try (InputStream body = client(Duration.ZERO).download("/v1/thing").body()) {
      assertThatThrownBy(body::readAllBytes).hasMessageContaining("nothing came for 2 seconds");
    }
  }

  private ServiceClient client(Duration patience) {
    return new ServiceClient(URI.create("http://" + authority()), account, patience, CALL);
  }

  private String authority() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  private String challenge() {
    Instant now = Instant.ofEpochSecond(Instant.now().getEpochSecond());
    return new SignInMessage(
            authority(),
            account.address(),
            "Sign in.",
            "http://" + authority(),
            BigInteger.ONE,
            "nonce12345678",
            now,
            now.plusSeconds(300))
        .text()
        .replace("\n", "\\n");
  }

  private void awaitRelease() {
    try {
      released.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    try (exchange) {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }
}
