package org.oml.servicekit.observability;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import org.oml.protocol.span.Answering;
import org.oml.protocol.span.Traces;
import org.slf4j.MDC;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerMapping;

/**
 * Makes a span of each request, in the caller's trace where it has one, and puts the trace's id in
 * the log. The span is named after the pattern of the path: what stands in the path itself stays
 * out.
 */
final class TraceFilter extends OncePerRequestFilter {

  /** Asked every few seconds by machines. */
  private static final Set<String> UNTRACED = Set.of("/health", "/metrics");

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    return UNTRACED.contains(request.getRequestURI());
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    try (Answering span = Traces.answering(request.getMethod(), request::getHeader)) {
      MDC.put("traceId", span.traceId());
      try {
        chain.doFilter(request, response);
      } finally {
        MDC.remove("traceId");
        span.ended(nameOf(request), response.getStatus());
      }
    }
  }

  private static String nameOf(HttpServletRequest request) {
    Object pattern = request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
    return pattern == null ? request.getMethod() : request.getMethod() + " " + pattern;
  }
}
