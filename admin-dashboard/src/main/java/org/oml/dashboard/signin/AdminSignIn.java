package org.oml.dashboard.signin;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.LockedException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;

/** Lets in whoever knows the password; there is one admin, whatever name is sent. */
final class AdminSignIn implements AuthenticationProvider {

  private static final Logger LOG = LoggerFactory.getLogger(AdminSignIn.class);

  private final AdminPassword password;
  private final Lockout lockout;

  AdminSignIn(AdminPassword password, Lockout lockout) {
    this.password = password;
    this.lockout = lockout;
  }

  @Override
  public Authentication authenticate(Authentication attempt) {
    String given = attempt.getCredentials() instanceof String text ? text : "";
    return switch (lockout.attempt(() -> password.matches(given))) {
      case RIGHT -> UsernamePasswordAuthenticationToken.authenticated("admin", null, List.of());
      case WRONG -> {
        LOG.warn("A sign-in with a wrong password, from {}", attempt.getDetails());
        throw new BadCredentialsException("wrong password");
      }
      case LOCKED -> throw new LockedException("too many wrong passwords");
    };
  }

  @Override
  public boolean supports(Class<?> type) {
    return UsernamePasswordAuthenticationToken.class.isAssignableFrom(type);
  }
}
