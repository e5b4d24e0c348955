package org.oml.dashboard.signin;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.springframework.web.filter.OncePerRequestFilter;

/** Ends a session by its age: a page that renews itself is never idle. */
final class SessionLife extends OncePerRequestFilter {

  private final Duration life;
  private final InstantSource clock;

  SessionLife(Duration life, InstantSource clock) {
    this.life = life;
    this.clock = clock;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    HttpSession session = request.getSession(false);
    if (session != null
        && clock.instant().isAfter(Instant.ofEpochMilli(session.getCreationTime()).plus(life))) {
      session.invalidate();
    }
    chain.doFilter(request, response);
  }
}
