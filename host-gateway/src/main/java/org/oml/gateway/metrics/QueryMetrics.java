package org.oml.gateway.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * How long queries take and how they end: {@code oml.gateway.queries} by outcome, which is {@code
 * answered} or the code of the refusal, and {@code oml.gateway.permits}, how long a query waited
 * for its permit.
 */
public final class QueryMetrics {

  private static final String ANSWERED = "answered";
  private static final Duration[] STEPS = {
    Duration.ofMillis(5),
    Duration.ofMillis(25),
    Duration.ofMillis(100),
    Duration.ofMillis(500),
    Duration.ofSeconds(2),
    Duration.ofSeconds(10),
    Duration.ofMinutes(1)
  };

  private final MeterRegistry registry;
  private final Map<String, Timer> outcomes = new ConcurrentHashMap<>();
  private final Timer permits;

  public QueryMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.permits =
        Timer.builder("oml.gateway.permits").serviceLevelObjectives(STEPS).register(registry);
    outcome(ANSWERED);
  }

  /**
   * @param begun when the query came, by {@link System#nanoTime}
   */
  public void answered(long begun) {
    outcome(ANSWERED).record(System.nanoTime() - begun, TimeUnit.NANOSECONDS);
  }

  /**
   * @param begun when the query came, by {@link System#nanoTime}
   * @param code of the refusal
   */
  public void refused(long begun, String code) {
    outcome(code).record(System.nanoTime() - begun, TimeUnit.NANOSECONDS);
  }

  /**
   * @param begun since when the query waited, by {@link System#nanoTime}
   */
  public void permitted(long begun) {
    permits.record(System.nanoTime() - begun, TimeUnit.NANOSECONDS);
  }

  private Timer outcome(String outcome) {
    return outcomes.computeIfAbsent(
        outcome,
        name ->
            Timer.builder("oml.gateway.queries")
                .tag("outcome", name)
                .serviceLevelObjectives(STEPS)
                .register(registry));
  }
}
