package org.oml.dashboard.account;

import java.util.Arrays;
import java.util.List;
import org.springframework.security.core.authority.SimpleGrantedAuthority;

/** What somebody may do; each may do what those before may. */
public enum Role {
  /** Sees every page. */
  VIEWER,
  /** Ends jobs, has them tried again, and suspends hosts. */
  OPERATOR,
  /** Says who else may sign in. */
  OWNER;

  /** Those of this role and of the ones before, as pages ask for them. */
  public List<SimpleGrantedAuthority> authorities() {
    return Arrays.stream(values())
        .filter(lower -> lower.compareTo(this) <= 0)
        .map(lower -> new SimpleGrantedAuthority("ROLE_" + lower.name()))
        .toList();
  }
}
