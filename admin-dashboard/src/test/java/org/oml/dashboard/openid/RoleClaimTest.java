package org.oml.dashboard.openid;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.oml.dashboard.DashboardSettings;
import org.oml.dashboard.account.Role;

class RoleClaimTest {

  private final RoleClaim plain = claim("roles");
  private final RoleClaim nested = claim("realm_access.roles");

  @Test
  void givesTheHighestOfTheRolesThatSomebodyHolds() {
    assertThat(plain.of(Map.of("roles", List.of("board", "else", "members"))))
        .contains(Role.OPERATOR);
    assertThat(plain.of(Map.of("roles", List.of("members", "founders")))).contains(Role.OWNER);
  }

  @Test
  void takesATextForAListOfOne() {
    assertThat(plain.of(Map.of("roles", "staff"))).contains(Role.OPERATOR);
  }

  @Test
  void looksWhereThePathLeads() {
    assertThat(nested.of(Map.of("realm_access", Map.of("roles", List.of("members")))))
        .contains(Role.VIEWER);
    assertThat(
            claim("https://club.example/roles").of(Map.of("https://club.example/roles", "staff")))
        .contains(Role.OPERATOR);
  }

  @Test
  void givesNoneForAnythingElse() {
    assertThat(plain.of(Map.of())).isEmpty();
    assertThat(plain.of(Map.of("roles", List.of("Staff", "staff ", List.of("staff"), 1))))
        .isEmpty();
    assertThat(plain.of(Map.of("roles", Map.of("staff", "staff")))).isEmpty();
    assertThat(plain.of(Map.of("roles", "staff,board"))).isEmpty();
    assertThat(nested.of(Map.of("realm_access", List.of("members")))).isEmpty();
  }

  private static RoleClaim claim(String path) {
    return new RoleClaim(
        new DashboardSettings.OpenId(
            URI.create("https://id.example"),
            "oml",
            Path.of("secret"),
            "the club",
            List.of("openid"),
            "sub",
            path,
            List.of("members"),
            List.of("staff", "board"),
            List.of("founders")));
  }
}
