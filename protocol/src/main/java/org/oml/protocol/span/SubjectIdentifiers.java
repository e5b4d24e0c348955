package org.oml.protocol.span;

import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.TraceId;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Identifiers of traces that are about one thing: they follow from its own, so that any process
 * knows them at any time and none has to keep them.
 */
final class SubjectIdentifiers {

  private static final ThreadLocal<@Nullable UUID> BEGINNING = new ThreadLocal<>();

  private SubjectIdentifiers() {}

  static String traceOf(UUID subject) {
    return TraceId.fromLongs(subject.getMostSignificantBits(), subject.getLeastSignificantBits());
  }

  /** Of the span that the trace begins with. */
  static String spanOf(UUID subject) {
    return SpanId.fromLong(subject.getLeastSignificantBits());
  }

  /** Makes a span with a subject's identifiers. */
  static <T> T of(UUID subject, Supplier<T> span) {
    BEGINNING.set(subject);
    try {
      return span.get();
    } finally {
      BEGINNING.remove();
    }
  }

  /** Of whom a span is being made on this thread. */
  static @Nullable UUID current() {
    return BEGINNING.get();
  }
}
