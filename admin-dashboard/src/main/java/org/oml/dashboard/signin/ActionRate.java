package org.oml.dashboard.signin;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.web.filter.OncePerRequestFilter;

/** Thirty forms a minute for each of those who are signed in; a stolen session does no more. */
final class ActionRate extends OncePerRequestFilter {

  static final int MOST = 30;
  private static final Duration SPAN = Duration.ofMinutes(1);

  private record Count(Instant since, int forms) {}

  private final InstantSource clock;

  /** Of the last minute, and only of those who are signed in. */
  private final Map<String, Count> counts = new HashMap<>();

  ActionRate(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    String who = request.getRemoteUser();
    if (who != null && request.getMethod().equals("POST") && !take(who)) {
      response.sendError(HttpStatus.TOO_MANY_REQUESTS.value());
      return;
    }
    chain.doFilter(request, response);
  }

  synchronized boolean take(String who) {
    Instant now = clock.instant();
    counts.values().removeIf(count -> !now.isBefore(count.since().plus(SPAN)));
    Count count = counts.getOrDefault(who, new Count(now, 0));
    counts.put(who, new Count(count.since(), count.forms() + 1));
    return count.forms() < MOST;
  }
}
