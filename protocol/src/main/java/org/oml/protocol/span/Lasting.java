package org.oml.protocol.span;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;

/** Something that has begun and not ended. */
public final class Lasting {

  private final Span span;

  Lasting(Span span) {
    this.span = span;
  }

  /** It ended. */
  public void ended(boolean well) {
    if (!well) {
      span.setStatus(StatusCode.ERROR);
    }
    span.end();
  }
}
