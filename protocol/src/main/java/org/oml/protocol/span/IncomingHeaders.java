package org.oml.protocol.span;

import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The headers of a request that came. */
@FunctionalInterface
public interface IncomingHeaders {

  /** The value of one; null if it is not there. */
  @Nullable String get(String name);

  /** As the propagator asks. */
  TextMapGetter<IncomingHeaders> GETTER =
      new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(IncomingHeaders headers) {
          return List.of();
        }

        @Override
        public @Nullable String get(@Nullable IncomingHeaders headers, String name) {
          return headers == null ? null : headers.get(name);
        }
      };
}
