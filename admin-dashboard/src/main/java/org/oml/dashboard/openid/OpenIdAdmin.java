package org.oml.dashboard.openid;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.oml.dashboard.account.Role;
import org.springframework.security.oauth2.core.oidc.OidcIdToken;
import org.springframework.security.oauth2.core.oidc.user.DefaultOidcUser;

/** Somebody whom the provider knows. The name tells them from those with an account of the same. */
final class OpenIdAdmin extends DefaultOidcUser {

  private static final long serialVersionUID = 1;
  private static final int LONGEST_NAME = 80;

  private final String name;

  private OpenIdAdmin(Role role, OidcIdToken token, String name) {
    super(role.authorities(), token);
    this.name = name;
  }

  /**
   * @param claims of the token and of what the provider said besides
   * @param nameClaim the claim that has the name; the subject stands in for it
   */
  static OpenIdAdmin of(
      Role role, OidcIdToken token, Map<String, Object> claims, String nameClaim) {
    String called =
        claims.get(nameClaim) instanceof String text && !text.isBlank() ? text : token.getSubject();
    return new OpenIdAdmin(role, token, line(called, LONGEST_NAME) + " (OpenID)");
  }

  /** A text from elsewhere on one line, cut off behind so many characters. */
  static String line(@Nullable String text, int most) {
    String line =
        text == null ? "" : text.strip().replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Zl}\\p{Zp}]", "?");
    return line.codePointCount(0, line.length()) <= most
        ? line
        : line.substring(0, line.offsetByCodePoints(0, most));
  }

  @Override
  public String getName() {
    return name;
  }
}
