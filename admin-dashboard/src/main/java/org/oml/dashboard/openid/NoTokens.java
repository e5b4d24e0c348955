package org.oml.dashboard.openid;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizedClientRepository;

/** Keeps no access token: the dashboard asks the provider nothing once somebody is in. */
final class NoTokens implements OAuth2AuthorizedClientRepository {

  @Override
  @SuppressWarnings("TypeParameterUnusedInFormals") // As Spring declares it.
  public <T extends OAuth2AuthorizedClient> @Nullable T loadAuthorizedClient(
      String registration, Authentication admin, HttpServletRequest request) {
    return null;
  }

  @Override
  public void saveAuthorizedClient(
      OAuth2AuthorizedClient client,
      Authentication admin,
      HttpServletRequest request,
      HttpServletResponse response) {
    // Forgotten with this call.
  }

  @Override
  public void removeAuthorizedClient(
      String registration,
      Authentication admin,
      HttpServletRequest request,
      HttpServletResponse response) {
    // There is none.
  }
}
