package org.oml.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
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
    String arrived = untilTheConnectionEnds(chat("abcd", true, behaviour));
    assertThat(arrived).startsWith("HTTP/1.1 200").contains("dc", code);
    assertThat(arrived).doesNotContain("oml-receipt").doesNotEndWith("\r\n0\r\n\r\n");
  }

  /** Read from the socket: a client library may drop what it has when the end is not clean. */
  private static String untilTheConnectionEnds(String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream arrived = new ByteArrayOutputStream();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), url.getPort())) {
      socket.setSoTimeout(20_000);
      String head =
          "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: "
              + bytes.length
              + "\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(bytes);
      for (int next = socket.getInputStream().read();
          next >= 0;
          next = socket.getInputStream().read()) {
        arrived.write(next);
      }
    } catch (SocketException e) {
      assertThat(e).hasMessageContaining("reset");
    }
    return arrived.toString(StandardCharsets.UTF_8);
  }
}
