package org.oml.chain.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.oml.chain.fixture.TestDatabase;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Sender and reader on a chain that does everything a chain may do. Each seed is one run; all of
 * them share a database, as the services of a platform do. {@code ./oml soak} runs more.
 */
class SimulationIT {

  private static final int SEEDS = Integer.getInteger("oml.simulation.seeds", 1_000);
  private static final int SEEDS_OF_SOAK = 100_000;
  private static final int AT_ONCE = 2;
  private static final int PROCESSES = 2;

  private DataSource database;

  @BeforeEach
  void prepare() {
    database = TestDatabase.fresh();
    JdbcClient.create(database)
        .sql(
            "create table seen (reader text, block bigint, log_index bigint, id bigint,"
                + " primary key (reader, block, log_index))")
        .update();
  }

  @Test
  void whateverHappensEachIntentEndsAndIsDoneOnceAtMostAndEachEventIsReadOnce() throws Exception {
    int seeds = Boolean.getBoolean("oml.soak") ? SEEDS_OF_SOAK : SEEDS;
    AtomicLong next = new AtomicLong(Integer.getInteger("oml.simulation.first", 1));
    long end = next.get() + seeds;
    List<Callable<List<String>>> workers = new ArrayList<>();
    for (int i = 0; i < AT_ONCE; i++) {
      workers.add(() -> runUntil(end, next));
    }
    List<String> failures = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
      for (Future<List<String>> worker : threads.invokeAll(workers)) {
        failures.addAll(worker.get());
      }
    }
    assertThat(failures).as("seeds that failed").isEmpty();
  }

  /**
   * Without proof that a nonce went to another transaction these did something twice, since the
   * node had lost a receipt for a while.
   */
  @ParameterizedTest
  @ValueSource(longs = {10, 44})
  void aReceiptThatIsMissingForAWhileMakesNothingHappenTwice(long seed) throws SQLException {
    new Simulation(seed, machines()).run();
  }

  private List<String> runUntil(long end, AtomicLong next) throws SQLException {
    List<Machine> machines = machines();
    List<String> failures = new ArrayList<>();
    for (long seed = next.getAndIncrement();
        seed < end && failures.size() < 20;
        seed = next.getAndIncrement()) {
      try {
        new Simulation(seed, machines).run();
      } catch (RuntimeException | AssertionError e) {
        failures.add("seed %d: %s".formatted(seed, e));
      }
    }
    return failures;
  }

  private List<Machine> machines() throws SQLException {
    List<Machine> machines = new ArrayList<>();
    for (int i = 0; i < PROCESSES; i++) {
      machines.add(new Machine(database));
    }
    return machines;
  }
}
