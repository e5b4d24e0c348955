package org.oml.servicekit.observability;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Measures how many rows of a table stand in each state. All processes of a service say the same,
 * since they share the table. The database is asked every ten seconds at most.
 */
public final class RowsByState implements MeterBinder {

  private static final long FRESH_NANOS = Duration.ofSeconds(10).toNanos();

  private final JdbcClient database;
  private final String meter;
  private final String query;
  private final List<String> states;
  private Map<String, Long> counts = Map.of();
  private long countedAt = System.nanoTime() - FRESH_NANOS;

  /**
   * @param meter name of the gauge, which is tagged with the state
   * @param table whose column of that name is counted
   * @param states all that there are
   */
  public RowsByState(DataSource database, String meter, String table, Enum<?>[] states) {
    this(database, meter, table, Stream.of(states).map(Enum::name).toList());
  }

  /** Like the other, with the names of the states. */
  public RowsByState(DataSource database, String meter, String table, List<String> states) {
    this.database = JdbcClient.create(database);
    this.meter = meter;
    this.query = "select state, count(*) from " + table + " group by state";
    this.states = List.copyOf(states);
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    for (String state : states) {
      Gauge.builder(meter, this, rows -> rows.count(state)).tag("state", state).register(registry);
    }
  }

  private synchronized double count(String state) {
    if (System.nanoTime() - countedAt >= FRESH_NANOS) {
      Map<String, Long> found = new HashMap<>();
      database
          .sql(query)
          .query((RowCallbackHandler) row -> found.put(row.getString(1), row.getLong(2)));
      counts = found;
      countedAt = System.nanoTime();
    }
    return counts.getOrDefault(state, 0L);
  }
}
