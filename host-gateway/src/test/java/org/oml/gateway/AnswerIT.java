package org.oml.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.oml.gateway.fixture.TestEngine;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CanonicalQuery;
import org.oml.protocol.CanonicalQuery.Kind;
import org.oml.protocol.Keccak;
import org.oml.protocol.SignedReceipt;

/** Answers as users get them: streamed or not, through and with receipts. */
class AnswerIT extends WithGateway {

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
}
