package org.oml.protocol.span;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;

/** A request while it is answered, on one thread. */
public final class Answering implements AutoCloseable {

  static final Answering NONE = new Answering(null);

  private static final int FIRST_FAULT_OF_OURS = 500;

  private final @Nullable Span span;
  private final @Nullable Scope scope;

  @SuppressWarnings("MustBeClosedChecker") // close() does
  Answering(@Nullable Span span) {
    this.span = span;
    this.scope = span == null ? null : span.makeCurrent();
  }

  /** The trace's identifier, 32 hexadecimal digits; empty where there is none. */
  public String traceId() {
    return span == null ? "" : span.getSpanContext().getTraceId();
  }

  /**
   * How it ended.
   *
   * @param name by which all requests of this kind go
   */
  public void ended(String name, int status) {
    if (span != null) {
      span.updateName(name);
      span.setAttribute("http.response.status_code", status);
      if (status >= FIRST_FAULT_OF_OURS) {
        span.setStatus(StatusCode.ERROR);
      }
    }
  }

  @Override
  public void close() {
    if (scope != null) {
      scope.close();
    }
    if (span != null) {
      span.end();
    }
  }
}
