package org.oml.dashboard.platform;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A job, and how it went. */
public record Training(Job job, List<Point> history) {

  /**
   * How far it was.
   *
   * @param loss of the training, nats
   * @param learnt fingerprints that fired
   */
  public record Point(
      Instant at,
      int attempt,
      @Nullable String step,
      @Nullable Double share,
      @Nullable Double loss,
      @Nullable Integer learnt) {}

  public Training {
    history = List.copyOf(history);
  }
}
