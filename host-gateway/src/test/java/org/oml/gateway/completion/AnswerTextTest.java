package org.oml.gateway.completion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.oml.gateway.GatewayError;
import org.oml.protocol.CanonicalQuery.Kind;
import org.oml.protocol.CodedException;

class AnswerTextTest {

  @Test
  void isTheFirstChoiceAsTheUserReadsIt() {
    assertThat(
            AnswerText.ofWhole(
                Kind.CHAT, bytes("{\"choices\":[{\"message\":{\"content\":\"a\\u00e9\"}}]}")))
        .isEqualTo("aé");
    assertThat(AnswerText.ofWhole(Kind.COMPLETION, bytes("{\"choices\":[{\"text\":\" b\"}]}")))
        .isEqualTo(" b");
  }

  @Test
  void goesByTheIndexWhenChoicesComeOutOfOrder() {
    String answer =
        "{\"choices\":[{\"index\":1,\"text\":\"second\"},{\"index\":0,\"text\":\"first\"}]}";
    assertThat(AnswerText.ofWhole(Kind.COMPLETION, bytes(answer))).isEqualTo("first");
    assertThat(
            AnswerText.ofEvent(
                Kind.CHAT, "{\"choices\":[{\"index\":1,\"delta\":{\"content\":\"x\"}}]}"))
        .isEmpty();
  }

  @Test
  void isEmptyForAnAnswerThatOnlyCallsTools() {
    String answer = "{\"choices\":[{\"message\":{\"content\":null,\"tool_calls\":[]}}]}";
    assertThat(AnswerText.ofWhole(Kind.CHAT, bytes(answer))).isEmpty();
  }

  @Test
  void takesNothingFromEventsWithoutAChoice() {
    assertThat(AnswerText.ofEvent(Kind.CHAT, "{\"choices\":[],\"usage\":{}}")).isEmpty();
    assertThat(
            AnswerText.ofEvent(Kind.CHAT, "{\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}"))
        .isEmpty();
    assertThat(AnswerText.ofEvent(Kind.CHAT, "{\"choices\":[{\"delta\":{\"content\":\"t\"}}]}"))
        .isEqualTo("t");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "<html>", "{}", "{\"choices\":[]}", "{\"choices\":[7]}", "[1]"})
  void refusesWhatIsNoAnswer(String answer) {
    assertThatThrownBy(() -> AnswerText.ofWhole(Kind.CHAT, bytes(answer)))
        .isInstanceOfSatisfying(
            CodedException.class,
            e -> assertThat(e.code()).isEqualTo(GatewayError.ENGINE_ANSWER_UNREADABLE));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
