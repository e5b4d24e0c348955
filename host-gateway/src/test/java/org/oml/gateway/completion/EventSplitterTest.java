package org.oml.gateway.completion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.oml.gateway.GatewayError;
import org.oml.protocol.CodedException;

class EventSplitterTest {

  private static final List<String> LINE_ENDS = List.of("\n", "\r\n", "\r");
  private static final String LETTERS = "aé漢😀: {}\"\\";

  /**
   * Streams of random events, line ends and cuts: nothing is lost, and the data are the ones that
   * were sent.
   */
  @Test
  void findsTheEventsWhereverTheNetworkCutsTheStream() {
    Random random = new Random(7);
    for (int round = 0; round < 2_000; round++) {
      String lineEnd = LINE_ENDS.get(random.nextInt(LINE_ENDS.size()));
      List<String> sent = new ArrayList<>();
      StringBuilder stream = new StringBuilder();
      for (int i = random.nextInt(6); i > 0; i--) {
        String data = text(random);
        sent.add(data);
        if (random.nextInt(4) == 0) {
          stream.append(": ping").append(lineEnd);
        }
        stream
            .append(random.nextBoolean() ? "data: " : "data:")
            .append(data)
            .append(lineEnd)
            .append(lineEnd);
      }
      byte[] bytes = stream.toString().getBytes(StandardCharsets.UTF_8);

      EventSplitter splitter = new EventSplitter(1 << 16);
      List<ServerSentEvent> events = new ArrayList<>();
      for (int at = 0; at < bytes.length; ) {
        int length = Math.min(1 + random.nextInt(9), bytes.length - at);
        events.addAll(splitter.add(Arrays.copyOfRange(bytes, at, at + length)));
        at += length;
      }
      splitter.end().ifPresent(events::add);

      ByteArrayOutputStream passed = new ByteArrayOutputStream();
      events.forEach(event -> passed.writeBytes(event.bytes()));
      assertThat(passed.toByteArray()).isEqualTo(bytes);
      assertThat(
              events.stream().map(ServerSentEvent::data).filter(data -> !data.isEmpty()).toList())
          .isEqualTo(sent);
    }
  }

  @Test
  void completesAnEventWithItsBlankLineAndNotBefore() {
    EventSplitter splitter = new EventSplitter(100);
    assertThat(splitter.add("data: a\n".getBytes(StandardCharsets.UTF_8))).isEmpty();
    assertThat(splitter.add("\n".getBytes(StandardCharsets.UTF_8))).hasSize(1);
    assertThat(splitter.end()).isEmpty();
  }

  @Test
  void joinsTheDataLinesOfOneEvent() {
    EventSplitter splitter = new EventSplitter(100);
    List<ServerSentEvent> events =
        splitter.add("event: x\ndata: one\ndata: two\nid: 3\n\n".getBytes(StandardCharsets.UTF_8));
    assertThat(events).singleElement().extracting(ServerSentEvent::data).isEqualTo("one\ntwo");
  }

  @Test
  void givesBackAnEventThatTheEngineForgotToEnd() {
    EventSplitter splitter = new EventSplitter(100);
    assertThat(splitter.add("data: [DONE]\n".getBytes(StandardCharsets.UTF_8))).isEmpty();
    assertThat(splitter.end()).map(ServerSentEvent::data).contains("[DONE]");
  }

  @Test
  void refusesAnEventWithoutEnd() {
    EventSplitter splitter = new EventSplitter(100);
    assertThatThrownBy(() -> splitter.add("x".repeat(101).getBytes(StandardCharsets.UTF_8)))
        .isInstanceOfSatisfying(
            CodedException.class,
            e -> assertThat(e.code()).isEqualTo(GatewayError.ENGINE_STREAM_BROKEN));
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder("#");
    int[] letters = LETTERS.codePoints().toArray();
    for (int i = random.nextInt(12); i > 0; i--) {
      text.appendCodePoint(letters[random.nextInt(letters.length)]);
    }
    return text.toString();
  }
}
