package org.oml.dashboard.openid;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.web.AuthorizationRequestRepository;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;
import org.springframework.security.oauth2.core.endpoint.PkceParameterNames;
import org.springframework.security.oauth2.core.oidc.endpoint.OidcParameterNames;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the dashboard has to remember of a sign-in while the browser is at the provider. It is in a
 * cookie, for strangers get no session; the cookie is Lax, since it comes back from another site.
 * It holds what the browser itself shall prove, and is worth nothing to it.
 */
final class PendingSignIn implements AuthorizationRequestRepository<OAuth2AuthorizationRequest> {

  private static final String COOKIE = "oml-dashboard-openid";
  private static final Duration LIFE = Duration.ofMinutes(10);
  private static final JsonMapper JSON = JsonMapper.shared();

  private final Provider provider;

  PendingSignIn(Provider provider) {
    this.provider = provider;
  }

  private record Content(String state, String nonce, String verifier, String redirectUri) {

    Content {
      Objects.requireNonNull(state);
      Objects.requireNonNull(nonce);
      Objects.requireNonNull(verifier);
      Objects.requireNonNull(redirectUri);
    }
  }

  @Override
  public @Nullable OAuth2AuthorizationRequest loadAuthorizationRequest(HttpServletRequest request) {
    Cookie[] cookies = request.getCookies();
    return Arrays.stream(cookies == null ? new Cookie[0] : cookies)
        .filter(cookie -> cookie.getName().equals(COOKIE))
        .findFirst()
        .flatMap(cookie -> read(cookie.getValue()))
        .map(this::restore)
        .orElse(null);
  }

  private static Optional<Content> read(String text) {
    try {
      return Optional.of(JSON.readValue(Base64.getUrlDecoder().decode(text), Content.class));
    } catch (IllegalArgumentException | JacksonException e) {
      return Optional.empty();
    }
  }

  private OAuth2AuthorizationRequest restore(Content content) {
    ClientRegistration registration = provider.registration();
    return OAuth2AuthorizationRequest.authorizationCode()
        .clientId(registration.getClientId())
        .authorizationUri(
            Objects.requireNonNull(registration.getProviderDetails().getAuthorizationUri()))
        .redirectUri(content.redirectUri())
        .scopes(registration.getScopes())
        .state(content.state())
        .attributes(
            Map.of(
                OAuth2ParameterNames.REGISTRATION_ID,
                Provider.ID,
                OidcParameterNames.NONCE,
                content.nonce(),
                PkceParameterNames.CODE_VERIFIER,
                content.verifier()))
        .build();
  }

  @Override
  public void saveAuthorizationRequest(
      @Nullable OAuth2AuthorizationRequest asked,
      HttpServletRequest request,
      HttpServletResponse response) {
    if (asked == null) {
      write("", Duration.ZERO, request, response);
      return;
    }
    Content content =
        new Content(
            Objects.requireNonNull(asked.getState()),
            text(asked, OidcParameterNames.NONCE),
            text(asked, PkceParameterNames.CODE_VERIFIER),
            Objects.requireNonNull(asked.getRedirectUri()));
    String text =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(JSON.writeValueAsString(content).getBytes(StandardCharsets.UTF_8));
    write(text, LIFE, request, response);
  }

  private static String text(OAuth2AuthorizationRequest asked, String attribute) {
    String value = asked.getAttribute(attribute);
    return Objects.requireNonNull(value);
  }

  private static void write(
      String value, Duration life, HttpServletRequest request, HttpServletResponse response) {
    response.addHeader(
        HttpHeaders.SET_COOKIE,
        ResponseCookie.from(COOKIE, value)
            .path(OpenIdSignIn.START)
            .maxAge(life)
            .httpOnly(true)
            .secure(request.isSecure())
            .sameSite("Lax")
            .build()
            .toString());
  }

  @Override
  public @Nullable OAuth2AuthorizationRequest removeAuthorizationRequest(
      HttpServletRequest request, HttpServletResponse response) {
    OAuth2AuthorizationRequest asked = loadAuthorizationRequest(request);
    write("", Duration.ZERO, request, response);
    return asked;
  }
}
