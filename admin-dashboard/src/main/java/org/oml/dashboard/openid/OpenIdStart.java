package org.oml.dashboard.openid;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizationRequestResolver;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;

/** Sends a browser to the provider. */
@Controller
@ConditionalOnProperty("oml.dashboard.open-id.issuer")
final class OpenIdStart {

  private final OAuth2AuthorizationRequestResolver resolver;
  private final PendingSignIn pending;

  OpenIdStart(OAuth2AuthorizationRequestResolver resolver, PendingSignIn pending) {
    this.resolver = resolver;
    this.pending = pending;
  }

  @GetMapping(OpenIdSignIn.START)
  String start(HttpServletRequest request, HttpServletResponse response) {
    try {
      OAuth2AuthorizationRequest asked = resolver.resolve(request, Provider.ID);
      if (asked == null) {
        throw new IllegalStateException("there is no provider of this name");
      }
      pending.saveAuthorizationRequest(asked, request, response);
      return "redirect:" + asked.getAuthorizationRequestUri();
    } catch (OAuth2AuthenticationException away) {
      return "redirect:" + OpenIdSignIn.refusal(away);
    }
  }
}
