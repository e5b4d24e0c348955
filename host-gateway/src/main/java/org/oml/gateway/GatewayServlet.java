package org.oml.gateway;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.function.Consumer;
import org.oml.gateway.completion.CompletionEndpoint;
import org.oml.gateway.metrics.QueryMetrics;
import org.oml.protocol.CanonicalQuery.Kind;
import org.oml.protocol.CodedException;
import org.oml.protocol.span.Answering;
import org.oml.protocol.span.Traces;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * The gateway's doors. A servlet and no more between client and engine: bytes go through as they
 * are, and an answer that breaks off is left to the container, which then breaks the connection.
 */
final class GatewayServlet extends HttpServlet {

  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(GatewayServlet.class);

  /** How a query ended whose client or engine went away, or that met a fault of the gateway. */
  private static final String BROKEN_OFF = "broken-off";

  private final transient CompletionEndpoint completions;
  private final transient Readiness readiness;
  private final transient QueryMetrics metrics;
  private final transient Consumer<CodedException> refusals;

  /**
   * @param refusals told of every refusal, before it is answered
   */
  GatewayServlet(
      CompletionEndpoint completions,
      Readiness readiness,
      QueryMetrics metrics,
      Consumer<CodedException> refusals) {
    this.completions = completions;
    this.readiness = readiness;
    this.metrics = metrics;
    this.refusals = refusals;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    try {
      route(request, response);
    } catch (CodedException e) {
      refusals.accept(e);
      refuse(e, response);
    } catch (RuntimeException e) {
      LOG.error("{} {} failed", request.getMethod(), request.getRequestURI(), e);
      refuse(
          new CodedException(GatewayError.INTERNAL, "Something in the gateway failed.", e),
          response);
    }
  }

  private void route(HttpServletRequest request, HttpServletResponse response) throws IOException {
    switch (request.getRequestURI()) {
      case "/v1/chat/completions" -> {
        requireMethod("POST", request);
        answer(Kind.CHAT, request, response);
      }
      case "/v1/completions" -> {
        requireMethod("POST", request);
        answer(Kind.COMPLETION, request, response);
      }
      case "/v1/models" -> {
        requireMethod("GET", request);
        completions.models(request, response);
      }
      case "/health" -> {
        requireMethod("GET", request);
        readiness.write(response);
      }
      default -> throw new CodedException(GatewayError.NOT_FOUND, "There is nothing at this path.");
    }
  }

  private void answer(Kind kind, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    long begun = System.nanoTime();
    // Users' own traces are none of ours: whoever asks begins a trace.
    try (Answering span = Traces.answering("POST " + request.getRequestURI())) {
      answer(kind, request, response, begun, span);
    }
  }

  private void answer(
      Kind kind,
      HttpServletRequest request,
      HttpServletResponse response,
      long begun,
      Answering span)
      throws IOException {
    boolean traced = !span.traceId().isEmpty();
    if (traced) {
      MDC.put("traceId", span.traceId());
    }
    try {
      completions.answer(kind, request, response);
      metrics.answered(begun);
      span.ended("POST " + request.getRequestURI(), response.getStatus());
    } catch (CodedException e) {
      metrics.refused(begun, e.code().code());
      span.ended("POST " + request.getRequestURI(), e.code().status());
      throw e;
    } catch (IOException | RuntimeException e) {
      metrics.refused(begun, BROKEN_OFF);
      throw e;
    } finally {
      if (traced) {
        MDC.remove("traceId");
      }
    }
  }

  private static void requireMethod(String method, HttpServletRequest request) {
    if (!request.getMethod().equals(method)) {
      throw new CodedException(GatewayError.METHOD_NOT_ALLOWED, "This path takes " + method + ".");
    }
  }

  private static void refuse(CodedException error, HttpServletResponse response)
      throws IOException {
    if (error.code().status() >= 500) {
      LOG.warn("{}: {}", error.code().code(), error.getMessage(), error.getCause());
    }
    if (response.isCommitted()) {
      throw new IOException("The answer broke off: " + error.code().code(), error);
    }
    Problem.write(error, response);
  }
}
