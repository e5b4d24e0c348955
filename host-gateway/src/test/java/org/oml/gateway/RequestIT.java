package org.oml.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients may send, and what they are told when they may not. */
class RequestIT extends WithGateway {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "\"x\"",
        "{}",
        "{\"messages\":[]}",
        "{\"messages\":[{\"role\":\"system\",\"content\":\"x\"}]}",
        "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"messages\":[{\"role\":\"user\",\"content\":\"b\"}]}",
        "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\"}]}]}",
        "{\"seed\":99999999999999999999,\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}",
        "{\"x\":1e999,\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}"
      })
  void refusesARequestThatHasNoHash(String body) throws Exception {
    requireProblem(post("/v1/chat/completions", body), 400, "PROTOCOL_QUERY_MALFORMED");
    assertThat(engine.asked).isEmpty();
  }

  @Test
  void refusesABodyThatIsTooLarge() throws Exception {
    requireProblem(
        post("/v1/chat/completions", chat("x".repeat(200_000), false, "")),
        413,
        "GATEWAY_BODY_TOO_LARGE");
    HttpRequest chunked =
        HttpRequest.newBuilder(url.resolve("/v1/chat/completions"))
            .POST(BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(new byte[200_000])))
            .build();
    requireProblem(CLIENT.send(chunked, BodyHandlers.ofString()), 413, "GATEWAY_BODY_TOO_LARGE");
  }

  @Test
  void refusesAClientReferenceThatIsNone() throws Exception {
    requireProblem(
        post("/v1/chat/completions", chat("q", false, ""), "OML-Client-Ref", "0x12"),
        400,
        "GATEWAY_CLIENT_REF_INVALID");
  }

  @Test
  void knowsItsPathsAndMethods() throws Exception {
    requireProblem(post("/v1/embeddings", "{}"), 404, "GATEWAY_NOT_FOUND");
    requireProblem(get("/v1/completions"), 405, "GATEWAY_METHOD_NOT_ALLOWED");
    assertThat(get("/v1/models").body()).isEqualTo("{\"data\":[{\"id\":\"m\"}]}");
    assertThat(get("/health").body()).isEqualTo("{\"status\":\"up\"}");
  }

  @Test
  void keepsTheProtocolsHeadersAndTheClientsCompressionFromTheEngine() throws Exception {
    post(
        "/v1/chat/completions",
        chat("q", false, ""),
        "Authorization",
        "Bearer of-the-engine",
        "OML-Salt",
        "0x00",
        "Accept-Encoding",
        "gzip");
    var headers = engine.asked.take().headers();
    assertThat(headers.get("Authorization")).containsExactly("Bearer of-the-engine");
    assertThat(headers.keySet()).doesNotContain("Oml-salt", "Accept-encoding");
  }
}
