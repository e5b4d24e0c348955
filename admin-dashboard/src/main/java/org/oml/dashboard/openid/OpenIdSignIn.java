package org.oml.dashboard.openid;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.stream.Stream;
import org.oml.dashboard.DashboardError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.oauth2.client.OAuth2LoginConfigurer;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.client.endpoint.OAuth2AccessTokenResponseClient;
import org.springframework.security.oauth2.client.endpoint.OAuth2AuthorizationCodeGrantRequest;
import org.springframework.security.oauth2.client.oidc.web.logout.OidcClientInitiatedLogoutSuccessHandler;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.web.authentication.logout.LogoutSuccessHandler;
import org.springframework.web.util.UriComponentsBuilder;

/** How somebody comes back from the provider, and signs out there too. */
public final class OpenIdSignIn {

  /** Where the sign-in page leads to; whoever asks is sent to the provider. */
  public static final String START = "/sign-in/openid";

  /** Where the provider sends them back to. */
  static final String BACK = START + "/back";

  private static final Logger LOG = LoggerFactory.getLogger(OpenIdSignIn.class);
  private static final String PAGE = "/sign-in";

  private final Provider provider;
  private final PendingSignIn pending;
  private final OAuth2AccessTokenResponseClient<OAuth2AuthorizationCodeGrantRequest> tokens;
  private final OpenIdUsers users;
  private final Onward onward;

  OpenIdSignIn(
      Provider provider,
      PendingSignIn pending,
      OAuth2AccessTokenResponseClient<OAuth2AuthorizationCodeGrantRequest> tokens,
      OpenIdUsers users,
      Onward onward) {
    this.provider = provider;
    this.pending = pending;
    this.tokens = tokens;
    this.users = users;
    this.onward = onward;
  }

  /** Has those in who come back with what their browser was sent away with. */
  public void configure(OAuth2LoginConfigurer<HttpSecurity> login) {
    login
        .loginPage(PAGE)
        .clientRegistrationRepository(provider)
        .authorizedClientRepository(new NoTokens())
        .authorizationEndpoint(
            away ->
                away.authorizationRequestResolver(new NoStart())
                    .authorizationRequestRepository(pending))
        .redirectionEndpoint(back -> back.baseUri(BACK))
        .tokenEndpoint(endpoint -> endpoint.accessTokenResponseClient(tokens))
        .userInfoEndpoint(endpoint -> endpoint.oidcUserService(users))
        .successHandler(this::entered)
        .failureHandler(OpenIdSignIn::refused);
  }

  private void entered(
      HttpServletRequest request, HttpServletResponse response, Authentication admin)
      throws IOException {
    onward.send(response, "Signed in", PAGE);
  }

  private static void refused(
      HttpServletRequest request, HttpServletResponse response, AuthenticationException why)
      throws IOException {
    LOG.warn(
        "A sign-in at the provider was refused: {} {}",
        reason(why).code(),
        OpenIdAdmin.line(why.getMessage(), 300));
    response.sendRedirect(refusal(why));
  }

  /** The sign-in page that says why. */
  static String refusal(AuthenticationException why) {
    return UriComponentsBuilder.fromPath(PAGE)
        .queryParam("openid", reason(why).name())
        .toUriString();
  }

  private static DashboardError reason(AuthenticationException why) {
    String code =
        why instanceof OAuth2AuthenticationException told ? told.getError().getErrorCode() : "";
    return Stream.of(DashboardError.OPEN_ID_AWAY, DashboardError.OPEN_ID_ROLE_MISSING)
        .filter(known -> known.code().equals(code))
        .findFirst()
        .orElse(DashboardError.OPEN_ID_REFUSED);
  }

  /**
   * Signs out at the provider too, where it says how.
   *
   * @param otherwise the page for whoever came by password
   */
  public LogoutSuccessHandler leave(String otherwise) {
    OidcClientInitiatedLogoutSuccessHandler leave =
        new OidcClientInitiatedLogoutSuccessHandler(provider);
    leave.setPostLogoutRedirectUri("{baseUrl}" + otherwise);
    leave.setDefaultTargetUrl(otherwise);
    leave.setRedirectStrategy(
        (request, response, address) -> {
          if (address.startsWith("/")) {
            response.sendRedirect(address);
          } else {
            onward.send(response, "Signed out", address);
          }
        });
    return leave;
  }
}
