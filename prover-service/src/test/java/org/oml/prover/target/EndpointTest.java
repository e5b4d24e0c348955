package org.oml.prover.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.oml.protocol.CodedException;
import org.oml.prover.ProverError;

class EndpointTest {

  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.1:7510,http://127.0.0.1:7510",
    "http://127.0.0.1:7510/,http://127.0.0.1:7510",
    "http://127.0.0.1:7510/v1,http://127.0.0.1:7510",
    "http://127.0.0.1:7510/v1//,http://127.0.0.1:7510",
    "http://127.0.0.1:7510//v1/,http://127.0.0.1:7510",
    "' HTTPS://host.example/llm ',https://host.example/llm",
    "https://host.example/llm/v1/,https://host.example/llm",
    "https://host.example/v1/llm,https://host.example/v1/llm",
    "https://host.example/av1,https://host.example/av1",
    "http://[::1]:7510/v1,http://[::1]:7510",
    "http://host.example:65535,http://host.example:65535"
  })
  void takesTheBaseOfAServer(String text, String base) {
    assertThat(Endpoint.parse(text)).hasToString(base);
  }

  @Test
  void leadsToThePathsOfTheInterface() {
    assertThat(Endpoint.parse("https://host.example/llm/v1/").at("/v1/completions"))
        .isEqualTo(URI.create("https://host.example/llm/v1/completions"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "host.example",
        "/v1",
        "127.0.0.1:7510",
        "ftp://host.example",
        "file:///etc/passwd",
        "jar:http://host.example!/v1",
        "javascript:alert(1)",
        "http:",
        "http://",
        "http:///v1",
        "http:host.example",
        "http://user@host.example",
        "http://user:password@host.example",
        "http://@host.example",
        "http://host.example?",
        "http://host.example/?key=1",
        "http://host.example/#",
        "http://host.example#part",
        "http://host.example:65536",
        "http://host.example:99999",
        "http://host.example:-1",
        "http://host.example:port",
        "http://host example",
        "http://host.example/a b",
        "http://host.example/a\nb"
      })
  void refusesWhatIsNoBaseOfAnHttpServer(String text) {
    assertThatThrownBy(() -> Endpoint.parse(text))
        .isInstanceOfSatisfying(
            CodedException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ProverError.AUDIT_MALFORMED);
              assertThat(e.getMessage()).doesNotContain("password");
            });
  }
}
