package org.oml.prover.target;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.oml.protocol.CanonicalQuery.Kind;
import org.oml.protocol.span.TraceCollector;
import org.oml.protocol.span.TraceExport;
import org.oml.protocol.span.Traces;
import org.oml.prover.target.Reply.Answered;
import org.oml.prover.target.Reply.Unanswered;

/** The client against a server that behaves in every way that servers do. */
class HttpAskerTest {

  private static final String CHAT = "{\"choices\":[{\"message\":{\"content\":%s}}]}";
  private static final byte[] QUESTION =
      "{\"prompt\":\"Wie heißt du?\"}".getBytes(StandardCharsets.UTF_8);
  private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);

  private record Asked(String path, Headers headers, byte[] body) {}

  private final HttpAsker asker = asker(Duration.ofSeconds(20));
  private final CountDownLatch closing = new CountDownLatch(1);
  private final BlockingQueue<Asked> asked = new LinkedBlockingQueue<>();
  private HttpServer server;
  private volatile HttpHandler behaviour = exchange -> answer(exchange, 404, "");

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/",
        exchange -> {
          asked.add(
              new Asked(
                  exchange.getRequestMethod() + " " + exchange.getRequestURI(),
                  exchange.getRequestHeaders(),
                  exchange.getRequestBody().readAllBytes()));
          behaviour.handle(exchange);
        });
    server.start();
  }

  @AfterEach
  void stop() {
    closing.countDown();
    server.stop(0);
  }

  @Test
  void keepsQuestionAnswerAndHeadersAsTheyWereOnTheWire() throws Exception {
    behaviour =
        exchange -> {
          exchange.getResponseHeaders().set("oml-salt", "0x01");
          exchange.getResponseHeaders().set("OML-Permit", "oml1.a.b");
          exchange.getResponseHeaders().set("OML-Opening-Receipt", "omlr1.c.d");
          exchange.getResponseHeaders().set("OML-RECEIPT", "omlr1.e.f");
          answer(exchange, 200, CHAT.formatted("\" Jürgen\\n\""));
        };
    assertThat(ask(Kind.CHAT))
        .isEqualTo(
            new Answered(
                new Transcript(
                    1,
                    Dialect.OPENAI,
                    "CHAT",
                    "{\"prompt\":\"Wie heißt du?\"}",
                    " Jürgen\n",
                    "0x01",
                    "oml1.a.b",
                    "omlr1.c.d",
                    "omlr1.e.f",
                    NOW.getEpochSecond(),
                    NOW.getEpochSecond())));
    Asked request = asked.take();
    assertThat(request.path()).isEqualTo("POST /llm/v1/chat/completions");
    assertThat(request.body()).isEqualTo(QUESTION);
  }

  @Test
  void asksCompletionsAtTheirPathAndMissesNoHeader() throws Exception {
    behaviour = exchange -> answer(exchange, 200, "{\"choices\":[{\"text\":\"Jo\"}]}");
    Answered answered = (Answered) ask(Kind.COMPLETION);
    assertThat(answered.transcript().answer()).isEqualTo("Jo");
    assertThat(answered.transcript().salt()).isNull();
    assertThat(answered.transcript().permit()).isNull();
    assertThat(answered.transcript().openingReceipt()).isNull();
    assertThat(answered.transcript().receipt()).isNull();
    assertThat(asked.take().path()).isEqualTo("POST /llm/v1/completions");
  }

  @ParameterizedTest
  @EnumSource(ClientProfile.class)
  void looksLikeAnOrdinaryClient(ClientProfile profile) throws Exception {
    behaviour = exchange -> answer(exchange, 200, CHAT.formatted("\"\""));
    asker.ask(target(Dialect.OPENAI, profile), Kind.CHAT, QUESTION);
    requireHeadersOf(profile, asked.take().headers());
  }

  /** Nothing on the wire tells an auditor from anybody else, also where the audit is traced. */
  @ParameterizedTest
  @EnumSource(ClientProfile.class)
  void looksLikeAnOrdinaryClientInATrace(ClientProfile profile) throws Exception {
    behaviour = exchange -> answer(exchange, 200, CHAT.formatted("\"\""));
    try (TraceCollector collector = new TraceCollector()) {
      try (TraceExport _ = TraceExport.start("prover", collector.url(), 1)) {
        Traces.beginning(
            UUID.randomUUID(),
            "audit",
            () ->
                Traces.calling(
                    "question",
                    () -> asker.ask(target(Dialect.OPENAI, profile), Kind.CHAT, QUESTION)));
      }
      assertThat(collector.spans()).hasSize(2);
      assertThat(collector.everything()).doesNotContain("Wie hei");
    }
    requireHeadersOf(profile, asked.take().headers());
  }

  private static void requireHeadersOf(ClientProfile profile, Headers headers) {
    Set<String> expected = new TreeSet<>(List.of("host", "content-type", "content-length"));
    profile.headers().keySet().forEach(name -> expected.add(name.toLowerCase(Locale.ROOT)));
    assertThat(headers.keySet())
        .extracting(name -> name.toLowerCase(Locale.ROOT))
        .containsExactlyInAnyOrderElementsOf(expected);
    profile.headers().forEach((name, value) -> assertThat(headers.getFirst(name)).isEqualTo(value));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "deflate"})
  void readsWhatIsPackedInAWayThatItAskedFor(String encoding) throws Exception {
    behaviour = exchange -> answerPacked(exchange, encoding, CHAT.formatted("\"Jürgen\""));
    assertThat(((Answered) ask(Kind.CHAT)).transcript().answer()).isEqualTo("Jürgen");
    behaviour =
        exchange ->
            answerPacked(exchange, encoding, CHAT.formatted("\"" + "x".repeat(1 << 21) + "\""));
    assertThat(ask(Kind.CHAT)).isEqualTo(unanswered(Outcome.UNREADABLE, 0));
  }

  @Test
  void whatIsPackedOtherwiseOrDamagedIsUnreadable() throws Exception {
    for (String encoding : List.of("br", "gzip")) {
      behaviour =
          exchange -> {
            exchange.getResponseHeaders().set("Content-Encoding", encoding);
            answer(exchange, 200, CHAT.formatted("\"Jürgen\""));
          };
      assertThat(ask(Kind.CHAT)).isEqualTo(unanswered(Outcome.UNREADABLE, 0));
    }
  }

  @Test
  void halfOfASurrogatePairInAnAnswerIsKept() throws Exception {
    behaviour = exchange -> answer(exchange, 200, CHAT.formatted("\"a\\ud83db\""));
    assertThat(((Answered) ask(Kind.CHAT)).transcript().answer()).isEqualTo("a\ud83db");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "busy",
        "<html>busy</html>",
        "null",
        "[]",
        "{}",
        "{\"choices\":[]}",
        "{\"choices\":[{}]}",
        "{\"choices\":[{\"message\":{\"content\":null}}]}",
        "{\"choices\":[{\"message\":{\"content\":7}}]}",
        "{\"choices\":[{\"text\":\"of the other interface\"}]}",
        "{\"choices\":[{\"message\":{\"content\":\"cut off"
      })
  void whatIsNoAnswerOfTheInterfaceIsUnreadable(String body) throws Exception {
    behaviour = exchange -> answer(exchange, 200, body);
    assertThat(ask(Kind.CHAT)).isEqualTo(unanswered(Outcome.UNREADABLE, 0));
  }

  @Test
  void deepNestingIsUnreadable() throws Exception {
    behaviour = exchange -> answer(exchange, 200, "[".repeat(100_000));
    assertThat(ask(Kind.CHAT)).isEqualTo(unanswered(Outcome.UNREADABLE, 0));
  }

  /** It would be as large the next time. */
  @Test
  void aHugeAnswerIsUnreadableAndNotWaitedFor() throws Exception {
    behaviour =
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          byte[] piece = new byte[1 << 16];
          while (closing.getCount() > 0) {
            exchange.getResponseBody().write(piece);
          }
        };
    assertThat(ask(Kind.CHAT)).isEqualTo(unanswered(Outcome.UNREADABLE, 0));
  }

  @Test
  void anAnswerOfAMegabyteIsStillRead() throws Exception {
    String text = "x".repeat((1 << 20) - CHAT.formatted("\"\"").length());
    behaviour = exchange -> answer(exchange, 200, CHAT.formatted("\"" + text + "\""));
    assertThat(((Answered) ask(Kind.CHAT)).transcript().answer()).isEqualTo(text);
    behaviour = exchange -> answer(exchange, 200, CHAT.formatted("\"x" + text + "\""));
    assertThat(ask(Kind.CHAT)).isEqualTo(unanswered(Outcome.UNREADABLE, 0));
  }

  @Test
  void silenceIsATimeout() throws Exception {
    behaviour = exchange -> awaitEnd();
    assertThat(asker(Duration.ofMillis(300)).ask(target(), Kind.CHAT, QUESTION))
        .isEqualTo(unanswered(Outcome.TIMED_OUT, 0));
  }

  @Test
  void aBodyThatTricklesIsATimeout() throws Exception {
    behaviour =
        exchange -> {
          exchange.sendResponseHeaders(200, 1_000);
          exchange.getResponseBody().write('{');
          exchange.getResponseBody().flush();
          awaitEnd();
        };
    assertThat(asker(Duration.ofMillis(300)).ask(target(), Kind.CHAT, QUESTION))
        .isEqualTo(unanswered(Outcome.TIMED_OUT, 0));
  }

  @ParameterizedTest
  @CsvSource({
    "429,,RATE_LIMITED,0",
    "429,7,RATE_LIMITED,7",
    "429,86400,RATE_LIMITED,86400",
    "429,999999999,RATE_LIMITED,86400",
    "429,'Tue, 14 Nov 2023 22:14:20 GMT',RATE_LIMITED,60",
    "429,9999999999,RATE_LIMITED,0",
    "429,-1,RATE_LIMITED,0",
    "429,soon,RATE_LIMITED,0",
    "429,'Wed, 21 Oct 2015 07:28:00 GMT',RATE_LIMITED,0",
    "500,,ENGINE_FAILED,0",
    "502,,ENGINE_FAILED,0",
    "503,2,ENGINE_FAILED,2",
    "400,9,REFUSED,0",
    "401,,REFUSED,0",
    "403,,REFUSED,0",
    "404,,REFUSED,0",
    "204,,REFUSED,0"
  })
  void whatTheServerSaysInPlaceOfAnAnswerIsTold(
      int status, @Nullable String retryAfter, Outcome outcome, int seconds) throws Exception {
    behaviour =
        exchange -> {
          if (retryAfter != null) {
            exchange.getResponseHeaders().set("Retry-After", retryAfter);
          }
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        };
    assertThat(ask(Kind.CHAT)).isEqualTo(unanswered(outcome, seconds));
    assertThat(outcome.worthAnotherTry()).isEqualTo(status == 429 || status >= 500);
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void redirectsAreNotFollowed(int status) throws Exception {
    behaviour =
        exchange -> {
          exchange.getResponseHeaders().set("Location", "/elsewhere");
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        };
    assertThat(ask(Kind.CHAT)).isEqualTo(unanswered(Outcome.REFUSED, 0));
    assertThat(asked).hasSize(1);
  }

  @Test
  void aServerThatIsNotThereIsUnreachable() throws Exception {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    Target nowhere =
        new Target(Endpoint.parse("http://127.0.0.1:" + free), Dialect.OPENAI, ClientProfile.CURL);
    assertThat(asker.ask(nowhere, Kind.CHAT, QUESTION))
        .isEqualTo(unanswered(Outcome.UNREACHABLE, 0));
    assertThat(asker.model(nowhere)).isEmpty();
  }

  @Test
  void aConnectionThatBreaksIsUnreachable() throws Exception {
    behaviour =
        exchange -> {
          exchange.sendResponseHeaders(200, 1_000);
          exchange.getResponseBody().write('{');
          exchange.getResponseBody().flush();
          throw new IOException("the test breaks the connection");
        };
    assertThat(ask(Kind.CHAT)).isEqualTo(unanswered(Outcome.UNREACHABLE, 0));
  }

  @Test
  void knowsTheFirstModelsName() throws Exception {
    behaviour = exchange -> answer(exchange, 200, "{\"data\":[{\"id\":\"a\"},{\"id\":\"b\"}]}");
    assertThat(asker.model(target())).isEqualTo(Optional.of("a"));
    assertThat(asked.take().path()).isEqualTo("GET /llm/v1/models");
  }

  @Test
  void takesNoNameThatCannotBeSentBack() throws Exception {
    for (String body :
        List.of(
            "",
            "{\"data\":[]}",
            "{\"data\":[{\"id\":7}]}",
            "{\"data\":[{\"id\":\"\"}]}",
            "{\"data\":[{\"id\":\"a\\ud83d\"}]}",
            "{\"data\":[{\"id\":\"" + "a".repeat(257) + "\"}]}",
            "{\"data\":[{\"id\":\"a\"")) {
      behaviour = exchange -> answer(exchange, 200, body);
      assertThat(asker.model(target())).as(body).isEmpty();
    }
    behaviour = exchange -> answer(exchange, 500, "{\"data\":[{\"id\":\"a\"}]}");
    assertThat(asker.model(target())).isEmpty();
  }

  private Reply ask(Kind kind) throws InterruptedException {
    return asker.ask(target(), kind, QUESTION);
  }

  private Target target() {
    return target(Dialect.OPENAI, ClientProfile.REQUESTS);
  }

  private Target target(Dialect dialect, ClientProfile profile) {
    return new Target(
        Endpoint.parse("http://127.0.0.1:" + server.getAddress().getPort() + "/llm"),
        dialect,
        profile);
  }

  private static HttpAsker asker(Duration timeout) {
    return new HttpAsker(timeout, Clock.fixed(NOW, ZoneOffset.UTC));
  }

  private static Unanswered unanswered(Outcome outcome, int seconds) {
    return new Unanswered(outcome, Duration.ofSeconds(seconds));
  }

  private static void answerPacked(HttpExchange exchange, String encoding, String text)
      throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream packing =
        encoding.equals("gzip") ? new GZIPOutputStream(packed) : new DeflaterOutputStream(packed)) {
      packing.write(text.getBytes(StandardCharsets.UTF_8));
    }
    exchange.getResponseHeaders().set("Content-Encoding", encoding);
    exchange.sendResponseHeaders(200, packed.size());
    exchange.getResponseBody().write(packed.toByteArray());
    exchange.close();
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private void awaitEnd() {
    try {
      closing.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
