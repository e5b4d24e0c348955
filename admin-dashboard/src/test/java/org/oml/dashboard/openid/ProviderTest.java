package org.oml.dashboard.openid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.oml.dashboard.DashboardError;
import org.oml.dashboard.DashboardSettings;
import org.oml.protocol.CodedException;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;

class ProviderTest {

  private static final String TOLD =
      """
      {"issuer":"ISSUER","authorization_endpoint":"ISSUER/auth","token_endpoint":"ISSUER/token",
       "jwks_uri":"ISSUER/jwks","userinfo_endpoint":"ISSUER/me","end_session_endpoint":"ISSUER/end",
       "subject_types_supported":["public"],"id_token_signing_alg_values_supported":["RS256"],
       "response_types_supported":["code"]}
      """;

  @TempDir private Path directory;
  private HttpServer server;
  private String issuer;
  private byte[] answer = new byte[0];
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    issuer = "http://127.0.0.1:" + server.getAddress().getPort() + "/realm";
    server.createContext(
        "/realm/.well-known/openid-configuration",
        exchange -> {
          try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
          }
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void isAskedWhereItsEndpointsAreWhenSomebodySignsInAndNotAllTheTime() throws IOException {
    Provider provider = provider("secret\n");
    assertAway(provider);

    tells(TOLD.replace("ISSUER", issuer));
    assertAway(provider);
    now.updateAndGet(time -> time.plusSeconds(5));
    ClientRegistration registration = provider.registration();
    assertThat(registration.getClientSecret()).isEqualTo("secret");
    assertThat(registration.getProviderDetails().getTokenUri()).isEqualTo(issuer + "/token");
    assertThat(registration.getScopes()).containsExactly("openid", "profile");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "{}", "no JSON", "{\"issuer\":\"ISSUER\"}"})
  void isAwayWhereItTellsNothingOfUse(String text) throws IOException {
    tells(text.replace("ISSUER", issuer));
    assertAway(provider("secret"));
  }

  @Test
  void isAwayWhereItNamesAnotherIssuerOrTellsTooMuch() throws IOException {
    tells(TOLD.replace("ISSUER", "https://other.example"));
    assertAway(provider("secret"));
    tells(TOLD.replace("ISSUER", issuer) + " ".repeat(1 << 20));
    assertAway(provider("secret"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "two\nlines"})
  void needsASecretOfOneLine(String text) {
    assertThatThrownBy(() -> provider(text))
        .isInstanceOfSatisfying(
            CodedException.class,
            e -> assertThat(e.code()).isEqualTo(DashboardError.OPEN_ID_SECRET_INVALID));
  }

  private static void assertAway(Provider provider) {
    assertThatThrownBy(provider::registration)
        .isInstanceOfSatisfying(
            OAuth2AuthenticationException.class,
            e -> assertThat(e.getError().getErrorCode()).isEqualTo("DASHBOARD_OPEN_ID_AWAY"));
  }

  private void tells(String text) {
    answer = text.getBytes(StandardCharsets.UTF_8);
  }

  private Provider provider(String secret) throws IOException {
    Path file = Files.writeString(directory.resolve("secret"), secret);
    return new Provider(
        new DashboardSettings.OpenId(
            URI.create(issuer),
            "oml",
            file,
            "the club",
            List.of("openid", "profile"),
            "sub",
            "roles",
            List.of(),
            List.of(),
            List.of("owners")),
        OpenIdConfiguration.calls(),
        now::get);
  }
}
