package org.oml.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.oml.gateway.fixture.GatewayProcess;
import org.oml.gateway.fixture.TestEngine;
import org.oml.host.fixture.TestHost;
import org.oml.host.fixture.TestPermissions;

/**
 * People who want the gateway down. It has 128 MB of heap and ends when that is not enough, so that
 * it answers after each of these says that its memory stayed flat.
 */
class AbuseIT {

  private static final int TEN_MEGABYTES = 10 * 1024 * 1024;
  private static final int IDLE = 10_000;

  @TempDir static Path directory;
  private static TestEngine engine;
  private static TestPermissions permissions;
  private static GatewayProcess gateway;
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @BeforeAll
  static void start() throws IOException {
    TestHost host = TestHost.write(directory);
    engine = new TestEngine(0);
    permissions = new TestPermissions(0, host);
    List<String> arguments = new ArrayList<>(host.arguments(engine.url(), permissions.url()));
    arguments.add("--oml.gateway.body-timeout=2s");
    arguments.add("--oml.gateway.max-answer-size=8MB");
    arguments.add("--oml.gateway.max-buffered=24MB");
    gateway = start("128m", arguments);
  }

  private static GatewayProcess start(String heap, List<String> arguments) throws IOException {
    GatewayProcess started =
        GatewayProcess.start(
            GatewayApplication.class.getName(),
            directory.resolve("gateway.log"),
            List.of("-Xmx" + heap, "-XX:+ExitOnOutOfMemoryError"),
            arguments);
    started.awaitListening();
    return started;
  }

  @AfterAll
  static void stop() {
    gateway.close();
    permissions.close();
    engine.close();
  }

  @BeforeEach
  void forget() {
    engine.asked.clear();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void refusesBodiesOfTenMegabytesManyAtATime(boolean lengthAnnounced) throws Exception {
    byte[] body = new byte[TEN_MEGABYTES];
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      HttpRequest.BodyPublisher publisher = BodyPublishers.ofByteArray(body);
      answers.add(
          CLIENT.sendAsync(
              request(lengthAnnounced ? publisher : BodyPublishers.fromPublisher(publisher)),
              BodyHandlers.ofString()));
    }
    for (CompletableFuture<HttpResponse<String>> answer : answers) {
      // Without a length they are taken up to the limit, together up to the bound of all bodies.
      assertThat(answer.get().statusCode()).isIn(413, lengthAnnounced ? 413 : 503);
      assertThat(answer.get().body()).containsAnyOf("GATEWAY_BODY_TOO_LARGE", "GATEWAY_BUSY");
    }
    requireThatItAnswers();
  }

  /** Each piece comes in time for the container, and the whole never would. */
  @Test
  void refusesAClientThatDripsItsBody() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.url().getPort())) {
      socket.setSoTimeout(20_000);
      OutputStream out = socket.getOutputStream();
      write(out, "POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{");
      for (int i = 0; i < 60 && socket.getInputStream().available() == 0; i++) {
        write(out, " ");
        LockSupport.parkNanos(100_000_000);
      }
      String answer = new String(socket.getInputStream().readNBytes(400), StandardCharsets.UTF_8);
      assertThat(answer).startsWith("HTTP/1.1 400").contains("GATEWAY_BODY_INCOMPLETE");
    }
    requireThatItAnswers();
  }

  /** Many slow bodies at a time, each within its limit: together they are over the bound. */
  @Test
  void boundsWhatAllBodiesTogetherHold() throws Exception {
    byte[] part = new byte[3 * 1024 * 1024];
    java.util.Arrays.fill(part, (byte) ' ');
    List<Socket> sockets = new ArrayList<>();
    int refused = 0;
    try {
      for (int i = 0; i < 16; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.url().getPort());
        sockets.add(socket);
        socket.setSoTimeout(20_000);
        write(
            socket.getOutputStream(),
            "POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 4000000\r\n\r\n");
        try {
          socket.getOutputStream().write(part);
        } catch (IOException e) {
          // Refused while it was sending.
        }
      }
      for (Socket socket : sockets) {
        String answer = new String(socket.getInputStream().readNBytes(400), StandardCharsets.UTF_8);
        refused += answer.contains("GATEWAY_BUSY") ? 1 : 0;
      }
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
    assertThat(refused).isPositive();
    requireThatItAnswers();
  }

  @Test
  void answersWhileThousandsOfConnectionsAreIdle() throws Exception {
    List<SocketChannel> idle = new ArrayList<>();
    try {
      InetSocketAddress address =
          new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.url().getPort());
      for (int i = 0; i < IDLE; i++) {
        idle.add(SocketChannel.open(address));
      }
      requireThatItAnswers();
    } finally {
      for (SocketChannel channel : idle) {
        channel.close();
      }
    }
    requireThatItAnswers();
  }

  /**
   * As of an engine that talks for hours: more than the heap holds, and almost the longest under
   * soak.
   */
  @Test
  void passesStreamsOnThatAreLongerThanItsMemory() throws Exception {
    boolean soak = Boolean.getBoolean("oml.soak");
    String heap = soak ? "128m" : "64m";
    long megabytes = soak ? 1_000 : 72;
    TestHost streaming = TestHost.write(Files.createDirectories(directory.resolve("streaming")));
    try (TestPermissions itsPermissions = new TestPermissions(0, streaming);
        GatewayProcess itsGateway = start(heap, withoutLimits(streaming, itsPermissions))) {
      String body =
          "{\"prompt\":\"on\",\"stream\":true,\"behaviour\":\"endless\",\"megabytes\":%d}"
              .formatted(megabytes);
      HttpRequest question =
          HttpRequest.newBuilder(itsGateway.url().resolve("/v1/completions"))
              .POST(BodyPublishers.ofString(body))
              .build();
      HttpResponse<InputStream> answer = CLIENT.send(question, BodyHandlers.ofInputStream());
      assertThat(answer.statusCode()).isEqualTo(200);
      try (InputStream in = answer.body()) {
        in.skipNBytes(megabytes << 20);
        assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
            .contains("data: [DONE]")
            .contains("event: oml-receipt");
      }
    }
  }

  private static List<String> withoutLimits(TestHost host, TestPermissions permissions) {
    List<String> arguments = new ArrayList<>(host.arguments(engine.url(), permissions.url()));
    arguments.add("--oml.gateway.max-answer-size=1023MB");
    arguments.add("--oml.gateway.max-buffered=1023MB");
    return arguments;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"prompt\":\"a\",\"prompt\":\"b\"}",
        "{\"prompt\":\"a\",\"pr\\u006fmpt\":\"b\"}",
        "{\"prompt\":\"\\ud800\"}",
        "{\"\\ud800\":1,\"prompt\":\"a\"}",
        "{\"prompt\":\"a\",\"n\":-99999999999999999999}",
        "{\"prompt\":\"a\",\"n\":9007199254740993}",
        "{\"prompt\":\"a\",\"n\":1e400}",
        "{\"prompt\":\"a\",\"n\":NaN}",
        "{\"prompt\":\"a\",\"n\":01}",
        "{\"prompt\":\"a\"}{\"prompt\":\"b\"}",
        "\ufeff{\"prompt\":\"a\"}"
      })
  void refusesJsonThatTwoReadersReadDifferently(String body) throws Exception {
    HttpResponse<String> response =
        CLIENT.send(request(BodyPublishers.ofString(body)), BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("PROTOCOL_QUERY_MALFORMED");
    assertThat(engine.asked).isEmpty();
  }

  @Test
  void refusesJsonThatIsNestedTooDeep() throws Exception {
    String body = "{\"prompt\":\"a\",\"x\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
    HttpResponse<String> response =
        CLIENT.send(request(BodyPublishers.ofString(body)), BodyHandlers.ofString());
    assertThat(response.body()).contains("PROTOCOL_QUERY_MALFORMED");
    requireThatItAnswers();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 16\r\nTransfer-Encoding: chunked\r\n",
        "Content-Length: 16\r\nContent-Length: 17\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        "Content-Length: +16\r\n",
        "Content-Length: 16\r\n folded: yes\r\n",
        "Content-Length : 16\r\n"
      })
  void handsNoSmuggledRequestToTheEngine(String headers) throws Exception {
    String smuggled = "GET /v1/models HTTP/1.1\r\nHost: x\r\nX-Smuggled: yes\r\n\r\n";
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.url().getPort())) {
      socket.setSoTimeout(5_000);
      write(
          socket.getOutputStream(),
          "POST /v1/completions HTTP/1.1\r\nHost: x\r\n"
              + headers
              + "\r\n{\"prompt\":\"once\"}0\r\n\r\n"
              + smuggled);
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).doesNotContain("\"data\":[{\"id\":\"m\"}]");
    } catch (IOException e) {
      // Closed on: as good as refused.
      assertThat(e).isNotNull();
    }
    assertThat(engine.asked).noneMatch(asked -> asked.headers().toString().contains("Smuggled"));
    requireThatItAnswers();
  }

  @Test
  void passesNoHeaderOnThatTheConnectionHeaderNames() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.url().getPort())) {
      socket.setSoTimeout(5_000);
      write(
          socket.getOutputStream(),
          "POST /v1/completions HTTP/1.1\r\nHost: x\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\n"
              + "X-Kept: 2\r\nContent-Length: 17\r\n\r\n{\"prompt\":\"once\"}");
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .startsWith("HTTP/1.1 200");
    }
    var headers = engine.asked.take().headers();
    assertThat(headers).containsKey("X-kept").doesNotContainKey("X-hop");
  }

  private static void requireThatItAnswers() throws Exception {
    HttpResponse<String> response =
        CLIENT.send(
            request(BodyPublishers.ofString("{\"prompt\":\"once\"}")), BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
  }

  private static HttpRequest request(HttpRequest.BodyPublisher body) {
    return HttpRequest.newBuilder(gateway.url().resolve("/v1/completions")).POST(body).build();
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }
}
