package org.oml.protocol.span;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.oml.protocol.span.TraceCollector.CollectedSpan;

/** Traces over real HTTP, to a collector and to somebody who is called. */
class TracesIT {

  private final Queue<Headers> heard = new ConcurrentLinkedQueue<>();
  private final HttpClient client = HttpClient.newHttpClient();
  private final HttpServer called;
  private final TraceCollector collector = new TraceCollector();

  TracesIT() throws IOException {
    called = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  }

  @BeforeEach
  void listen() {
    called.createContext(
        "/",
        exchange -> {
          try (exchange) {
            heard.add(exchange.getRequestHeaders());
            exchange.sendResponseHeaders(204, -1);
          }
        });
    called.start();
  }

  @AfterEach
  void stop() {
    called.stop(0);
    collector.close();
  }

  private Integer call() throws IOException, InterruptedException {
    URI url = URI.create("http://127.0.0.1:" + called.getAddress().getPort() + "/v1/things/0x12");
    return Traces.send(client, HttpRequest.newBuilder(url).build(), BodyHandlers.discarding())
        .statusCode();
  }

  private static CollectedSpan named(String name, List<CollectedSpan> spans) {
    return spans.stream().filter(span -> span.name().equals(name)).findFirst().orElseThrow();
  }

  private static Set<String> names(List<CollectedSpan> spans) {
    return spans.stream().map(CollectedSpan::name).collect(Collectors.toSet());
  }

  @Test
  void whatIsCalledGoesOnWithTheTrace() throws Exception {
    try (TraceExport _ = TraceExport.start("test", collector.url(), 1);
        Answering answering = Traces.answering("POST /v1/questions")) {
      Traces.note("permits", 3);
      Traces.inside("part", this::call);
      answering.ended("POST /v1/questions", 200);
    }
    List<CollectedSpan> spans = collector.spans();
    assertThat(names(spans))
        .containsExactlyInAnyOrder("POST /v1/questions", "part", "GET /v1/things");
    CollectedSpan root = named("POST /v1/questions", spans);
    CollectedSpan part = named("part", spans);
    CollectedSpan sent = named("GET /v1/things", spans);
    assertThat(spans).allMatch(span -> span.traceId().equals(root.traceId()));
    assertThat(spans).allMatch(span -> span.service().equals("test"));
    assertThat(List.of(root.parentId(), part.parentId(), sent.parentId()))
        .containsExactly("", root.spanId(), part.spanId());
    assertThat(List.of(root.kind(), part.kind(), sent.kind())).containsExactly(2L, 1L, 3L);
    assertThat(root.notes()).containsEntry("permits", "3");
    assertThat(sent.notes()).containsEntry("http.response.status_code", "204");
    assertThat(heard)
        .singleElement()
        .satisfies(
            headers ->
                assertThat(headers.getFirst("traceparent"))
                    .isEqualTo("00-" + sent.traceId() + "-" + sent.spanId() + "-01"));
    assertThat(collector.everything()).doesNotContain("0x12");
  }

  @Test
  void aCallersTraceIsGoneOnWithUnlessTheCallerDoesNotKeepIt() throws Exception {
    String trace = "0af7651916cd43dd8448eb211c80319c";
    try (TraceExport _ = TraceExport.start("test", collector.url(), 1)) {
      for (String flags : List.of("00", "01")) {
        IncomingHeaders headers =
            name ->
                name.equals("traceparent") ? "00-" + trace + "-b7ad6b7169203331-" + flags : null;
        try (Answering answering = Traces.answering("GET", headers)) {
          assertThat(answering.traceId()).isEqualTo(trace);
          answering.ended("GET /v1/things/{id}", 200);
        }
      }
    }
    assertThat(collector.spans())
        .singleElement()
        .satisfies(
            span ->
                assertThat(span.parentId() + span.name())
                    .isEqualTo("b7ad6b7169203331GET /v1/things/{id}"));
  }

  @Test
  void aThingsTraceGoesByItsIdentifierInAnyProcess() throws Exception {
    UUID subject = UUID.randomUUID();
    for (String process : List.of("first", "second")) {
      try (TraceExport _ = TraceExport.start(process, collector.url(), 1)) {
        if (process.equals("first")) {
          Traces.beginning(subject, "audit", () -> Traces.calling("question", () -> 1));
        } else {
          Traces.about(
              subject,
              () -> {
                Traces.calling("poll", () -> 1);
                return Traces.step("send", () -> Traces.calling("eth_call", () -> 1));
              });
        }
      }
    }
    List<CollectedSpan> spans = collector.spans();
    assertThat(names(spans)).containsExactlyInAnyOrder("audit", "question", "send", "eth_call");
    assertThat(spans).allMatch(span -> span.traceId().equals(subject.toString().replace("-", "")));
    CollectedSpan root = named("audit", spans);
    assertThat(root.parentId()).isEmpty();
    assertThat(named("send", spans).parentId()).isEqualTo(root.spanId());
    assertThat(named("send", spans).service()).isEqualTo("second");
  }

  @Test
  void anotherThreadGoesOnWhereTheWorkWasBegun() throws Exception {
    try (TraceExport _ = TraceExport.start("test", collector.url(), 1);
        Answering _ = Traces.answering("POST")) {
      Traces.Place place = Traces.here();
      Thread other =
          Thread.ofVirtual().start(() -> Traces.at(place, () -> Traces.inside("far", () -> 1)));
      other.join();
      Thread third =
          Thread.ofVirtual().start(Traces.carried(() -> Traces.inside("farther", () -> 1)));
      third.join();
      Thread stranger = Thread.ofVirtual().start(() -> Traces.inside("elsewhere", () -> 1));
      stranger.join();
    }
    assertThat(names(collector.spans())).containsExactlyInAnyOrder("POST", "far", "farther");
  }

  @Test
  void whatFailsIsNotedWithoutItsMessage() throws Exception {
    try (TraceExport _ = TraceExport.start("test", collector.url(), 1);
        Answering _ = Traces.answering("POST")) {
      assertThatThrownBy(
              () ->
                  Traces.inside(
                      "part",
                      () -> {
                        throw new IllegalStateException("the password is 1234");
                      }))
          .isInstanceOf(IllegalStateException.class);
    }
    assertThat(named("part", collector.spans()).notes())
        .containsEntry("error.type", "java.lang.IllegalStateException");
    assertThat(collector.everything()).doesNotContain("1234");
  }

  @Test
  void switchedOffNothingIsMadeAndNothingSent() throws Exception {
    assertThat(Traces.areOn()).isFalse();
    assertThat(
            Traces.beginning(UUID.randomUUID(), "audit", () -> Traces.inside("part", this::call)))
        .isEqualTo(204);
    assertThat(Traces.answering("GET")).isSameAs(Answering.NONE);
    assertThat(Traces.here()).isNull();
    Runnable work = () -> {};
    assertThat(Traces.carried(work)).isSameAs(work);
    assertThat(heard)
        .singleElement()
        .satisfies(headers -> assertThat(headers).doesNotContainKeys("Traceparent", "Tracestate"));
    assertThat(collector.spans()).isEmpty();
  }

  @Test
  void aCollectorThatIsAwayHoldsNobodyUp() throws Exception {
    collector.close();
    try (TraceExport _ = TraceExport.start("test", collector.url(), 1)) {
      try (Answering _ = Traces.answering("POST")) {
        assertThat(call()).isEqualTo(204);
      }
    }
  }

  @Test
  void badSettingsAreRefusedWithoutTheirValues() {
    for (String endpoint :
        List.of(
            "ftp://127.0.0.1",
            "4318",
            "//127.0.0.1:4318",
            "http://user:hunter2@127.0.0.1:4318/v1/traces")) {
      assertThatThrownBy(() -> TraceExport.start("test", URI.create(endpoint), 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageNotContaining("hunter2");
    }
    for (double share : new double[] {-0.1, 1.1, Double.NaN}) {
      assertThatThrownBy(() -> TraceExport.start("test", collector.url(), share))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(Traces.areOn()).isFalse();
  }
}
