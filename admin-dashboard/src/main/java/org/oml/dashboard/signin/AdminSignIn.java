package org.oml.dashboard.signin;

import java.util.Locale;
import org.oml.dashboard.account.Accounts;
import org.oml.dashboard.account.Role;
import org.oml.dashboard.log.AdminLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.LockedException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;

/** Lets in the owner with the password of the file, and others with those that the owner gave. */
final class AdminSignIn implements AuthenticationProvider {

  private static final Logger LOG = LoggerFactory.getLogger(AdminSignIn.class);

  private final AdminPassword password;
  private final Lockout lockout;
  private final Accounts accounts;
  private final AdminLog log;

  AdminSignIn(AdminPassword password, Lockout lockout, Accounts accounts, AdminLog log) {
    this.password = password;
    this.lockout = lockout;
    this.accounts = accounts;
    this.log = log;
  }

  @Override
  public Authentication authenticate(Authentication attempt) {
    String given = attempt.getCredentials() instanceof String text ? text : "";
    String name = attempt.getName().strip().toLowerCase(Locale.ROOT);
    return switch (lockout.attempt(() -> isRight(name, given))) {
      case RIGHT -> signedIn(name);
      case WRONG -> {
        LOG.warn("A sign-in with a wrong password, from {}", attempt.getDetails());
        throw new BadCredentialsException("wrong password");
      }
      case LOCKED -> throw new LockedException("too many wrong passwords");
    };
  }

  private boolean isRight(String name, String given) {
    return name.equals(Accounts.OWNER) ? password.matches(given) : accounts.isPassword(name, given);
  }

  private Authentication signedIn(String name) {
    Role role = accounts.roleOf(name).orElseThrow(() -> new BadCredentialsException("removed"));
    log.note(name, "signed in", "");
    UsernamePasswordAuthenticationToken admin =
        UsernamePasswordAuthenticationToken.authenticated(name, null, role.authorities());
    admin.setDetails(accounts.markOf(name));
    return admin;
  }

  @Override
  public boolean supports(Class<?> type) {
    return UsernamePasswordAuthenticationToken.class.isAssignableFrom(type);
  }
}
