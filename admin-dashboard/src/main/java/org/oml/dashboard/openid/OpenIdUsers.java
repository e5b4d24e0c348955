package org.oml.dashboard.openid;

import java.util.Locale;
import java.util.Objects;
import org.oml.dashboard.DashboardError;
import org.oml.dashboard.account.Role;
import org.oml.dashboard.log.AdminLog;
import org.springframework.security.oauth2.client.oidc.userinfo.OidcUserRequest;
import org.springframework.security.oauth2.client.userinfo.OAuth2UserService;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;

/** Lets in those to whom the provider gives a role, and notes that they came. */
final class OpenIdUsers implements OAuth2UserService<OidcUserRequest, OidcUser> {

  /** As OpenID Connect bounds it. */
  private static final int LONGEST_SUBJECT = 255;

  private final OAuth2UserService<OidcUserRequest, OidcUser> provider;
  private final RoleClaim roles;
  private final String nameClaim;
  private final AdminLog log;

  /**
   * @param provider tells what it knows of somebody
   * @param nameClaim the claim that has the name
   */
  OpenIdUsers(
      OAuth2UserService<OidcUserRequest, OidcUser> provider,
      RoleClaim roles,
      String nameClaim,
      AdminLog log) {
    this.provider = provider;
    this.roles = roles;
    this.nameClaim = nameClaim;
    this.log = log;
  }

  /**
   * @throws OAuth2AuthenticationException {@link DashboardError#OPEN_ID_ROLE_MISSING}
   */
  @Override
  public OidcUser loadUser(OidcUserRequest request) {
    OidcUser known = Objects.requireNonNull(provider.loadUser(request));
    Role role =
        roles
            .of(known.getClaims())
            .orElseThrow(
                () ->
                    new OAuth2AuthenticationException(
                        new OAuth2Error(DashboardError.OPEN_ID_ROLE_MISSING.code())));
    OpenIdAdmin admin = OpenIdAdmin.of(role, request.getIdToken(), known.getClaims(), nameClaim);
    log.note(
        admin.getName(),
        "signed in by OpenID Connect as " + role.name().toLowerCase(Locale.ROOT),
        OpenIdAdmin.line(request.getIdToken().getSubject(), LONGEST_SUBJECT));
    return admin;
  }
}
