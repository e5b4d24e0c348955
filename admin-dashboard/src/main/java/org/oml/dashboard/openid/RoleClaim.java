package org.oml.dashboard.openid;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.oml.dashboard.DashboardSettings;
import org.oml.dashboard.account.Role;

/** What somebody may do, by what the provider says of them. */
final class RoleClaim {

  private final String path;
  private final Map<Role, List<String>> values;

  RoleClaim(DashboardSettings.OpenId settings) {
    this.path = settings.roleClaim();
    this.values =
        Map.of(
            Role.VIEWER, settings.viewers(),
            Role.OPERATOR, settings.operators(),
            Role.OWNER, settings.owners());
  }

  /** The highest role that a claim gives; empty if it gives none. */
  Optional<Role> of(Map<String, Object> claims) {
    Collection<?> held =
        switch (find(claims)) {
          case String one -> List.of(one);
          case Collection<?> several -> several;
          case null, default -> List.of();
        };
    return values.entrySet().stream()
        .filter(role -> role.getValue().stream().anyMatch(held::contains))
        .map(Map.Entry::getKey)
        .max(Role::compareTo);
  }

  /** A claim may have dots in its name. */
  private @Nullable Object find(Map<String, Object> claims) {
    if (claims.containsKey(path)) {
      return claims.get(path);
    }
    Object at = claims;
    for (String step : path.split("\\.", -1)) {
      at = at instanceof Map<?, ?> object ? object.get(step) : null;
    }
    return at;
  }
}
