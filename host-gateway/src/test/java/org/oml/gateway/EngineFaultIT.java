package org.oml.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An engine that fails, in every way that one can. */
class EngineFaultIT extends WithGateway {

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
}
