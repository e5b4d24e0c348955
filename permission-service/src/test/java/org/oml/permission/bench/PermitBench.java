package org.oml.permission.bench;

import java.io.IOException;
import java.math.BigInteger;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.oml.permission.fixture.Polling;
import org.oml.permission.fixture.RunningService;
import org.oml.permission.fixture.TestCommunity;
import org.oml.permission.fixture.TestHost;

/**
 * Prints how fast permits are issued: alone beside an echo of the same server, in batches, and
 * again with many on record. Everything is real: HTTP, tokens, signatures, PostgreSQL with fsync.
 */
final class PermitBench {

  private static final int CONNECTIONS = 64;
  private static final int BATCH = 256;
  private static final int BATCH_CONNECTIONS = 8;
  private static final int HOSTS = 4;
  private static final int PARTS = 10;

  private final RunningService service;
  private final Duration time;
  private final List<TestHost> hosts = new ArrayList<>();
  private final List<String> tokens = new ArrayList<>();
  private Optional<ProcessHandle> serverProcess = Optional.empty();
  private long serverNanos;
  private long databaseNanos;
  private URI server = URI.create("http://127.0.0.1");

  private PermitBench(RunningService service, Duration time) {
    this.service = service;
    this.time = time;
  }

  /**
   * @param arguments seconds of each measurement, and millions of permits to put on record
   */
  public static void main(String[] arguments) throws Exception {
    Duration time = Duration.ofSeconds(Long.parseLong(arguments[0]));
    long rows = Long.parseLong(arguments[1]) * 1_000_000;
    try (RunningService service = RunningService.start()) {
      new PermitBench(service, time).run(rows);
    }
    System.exit(0);
  }

  private void run(long rows) throws Exception {
    BigInteger plenty = TestCommunity.PRICE.multiply(BigInteger.valueOf(1_000_000_000));
    for (int i = 0; i < HOSTS; i++) {
      hosts.add(service.host(TestCommunity.MINIMUM_STAKE, plenty));
    }
    signIn();
    Process process = startServer();
    try {
      warmUp();
      double single = compareWithEcho();
      double batch = batches("single");
      double merkle = batches("merkle");
      if (rows > 0) {
        preload(rows);
        process.destroy();
        process.waitFor();
        process = startServer();
        signIn();
        warmUp();
        print("with %,d more permits on record%n", rows);
        double later = compareWithEcho();
        print("permits/s alone: %.2f of the rate before%n", later / single);
        print("batches signed singly: %.2f of the rate before%n", batches("single") / batch);
        print("batches signed together: %.2f of the rate before%n", batches("merkle") / merkle);
      }
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  /** Again before the second half, since loading may take longer than a token lives. */
  private void signIn() throws Exception {
    tokens.clear();
    for (TestHost host : hosts) {
      tokens.add(service.caller(host.gatewayKey()).token());
    }
  }

  private Process startServer() throws Exception {
    int port = freePort();
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-XX:+UseParallelGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                BenchServer.class.getName()));
    command.addAll(service.arguments(port));
    command.add("--oml.permission.max-unacknowledged=1000000000");
    command.add("--oml.permission.permits-per-second=10000000");
    command.add("--oml.identity.token-life=2h");
    // Closing an epoch of what one measurement recorded would be charged to the next.
    command.add("--oml.permission.epoch.period=1h");
    command.add("--oml.permission.epoch.permits=10000000");
    Process process = new ProcessBuilder(command).inheritIO().start();
    server = URI.create("http://127.0.0.1:" + port);
    serverProcess = Optional.of(process.toHandle());
    Polling.until(
        "the server listens",
        () -> service.anybody().at(server).isThere() || requireAlive(process));
    return process;
  }

  private static boolean requireAlive(Process process) {
    if (!process.isAlive()) {
      throw new IllegalStateException("the server ended");
    }
    return false;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private void warmUp() throws Exception {
    for (int i = 0; i < 2; i++) {
      load(CONNECTIONS, "/bench/echo", PermitBench::question);
      load(CONNECTIONS, "/v1/permits", PermitBench::question);
    }
    load(BATCH_CONNECTIONS, "/v1/permits/batch", random -> batch(random, "single"));
    load(BATCH_CONNECTIONS, "/v1/permits/batch", random -> batch(random, "merkle"));
  }

  /**
   * @return permits in a second
   */
  private double compareWithEcho() throws Exception {
    double echoes = 0;
    double permits = 0;
    for (int round = 0; round < 2; round++) {
      Load.Result echo = load(CONNECTIONS, "/bench/echo", PermitBench::question);
      show("echo", echo, 1);
      Load.Result permit = load(CONNECTIONS, "/v1/permits", PermitBench::question);
      show("permit", permit, 1);
      echoes += echo.rate();
      permits += permit.rate();
    }
    print("permits/s over echoes/s: %.2f%n", permits / echoes);
    return permits / 2;
  }

  private double batches(String form) throws Exception {
    Load.Result result =
        load(BATCH_CONNECTIONS, "/v1/permits/batch", random -> batch(random, form));
    show("batch of " + BATCH + ", " + form, result, BATCH);
    return result.rate() * BATCH;
  }

  private Load.Result load(int connections, String path, Function<SplittableRandom, String> body)
      throws Exception {
    long serverBefore = processorNanos(serverProcess.stream());
    long databaseBefore = processorNanos(database());
    Load.Result result = new Load(connections, time).run(server.resolve(path), tokens, body);
    serverNanos = processorNanos(serverProcess.stream()) - serverBefore;
    databaseNanos = processorNanos(database()) - databaseBefore;
    return result;
  }

  /** Waiting for others does not lengthen it. */
  private static long processorNanos(Stream<ProcessHandle> processes) {
    return processes
        .mapToLong(process -> process.info().totalCpuDuration().map(Duration::toNanos).orElse(0L))
        .sum();
  }

  private Stream<ProcessHandle> database() {
    return ProcessHandle.current()
        .descendants()
        .filter(process -> process.info().command().orElse("").endsWith("bin/postgres"));
  }

  private static String question(SplittableRandom random) {
    return "{\"queryHash\":\"" + Load.drawHash(random) + "\"}";
  }

  private static String batch(SplittableRandom random, String form) {
    return IntStream.range(0, BATCH)
        .mapToObj(i -> "\"" + Load.drawHash(random) + "\"")
        .collect(Collectors.joining(",", "{\"form\":\"" + form + "\",\"queryHashes\":[", "]}"));
  }

  private void show(String what, Load.Result result, int permits) {
    print(
        "%-22s %,9.0f /s   p50 %.2f ms, p99 %.2f ms, p99.9 %.2f ms, each %.1f µs of the server and"
            + " %.1f µs of the database%n",
        what,
        result.rate() * permits,
        result.below(0.5),
        result.below(0.99),
        result.below(0.999),
        serverNanos / 1e3 / Math.max(1, result.requests() * permits),
        databaseNanos / 1e3 / Math.max(1, result.requests() * permits));
  }

  /** Permits of the last days, in parts that are closed, as the service leaves them. */
  private void preload(long rows) throws Exception {
    long day = 86_400;
    try (Connection connection = service.database()) {
      connection.setAutoCommit(false);
      long first = number(connection, "select min(from_time) from permit_partition");
      for (int part = 1; part <= PARTS; part++) {
        long from = first - part * day;
        execute(connection, "select add_permit_partition(" + from + "," + (from + day) + ")");
        long begin = System.nanoTime();
        fill(connection, from, rows / PARTS, part);
        // Only now does the service see the part, which it closes at once.
        connection.commit();
        print("part %d of %d loaded in %.0f s%n", part, PARTS, (System.nanoTime() - begin) / 1e9);
      }
      connection.setAutoCommit(true);
      execute(connection, "vacuum analyze permit");
      long bytes =
          number(
              connection,
              "select sum(pg_total_relation_size(quote_ident(name)::regclass)) from"
                  + " permit_partition where until_time <= "
                  + first);
      print("%d bytes a permit, with its indexes%n", bytes / rows);
      Polling.untilWithin(
          Duration.ofMinutes(20),
          "the service closes the parts",
          () ->
              number(
                      connection,
                      "select count(*) from permit_partition where closed_at is not null")
                  >= PARTS);
      showPlan(connection);
    }
  }

  private static void fill(Connection connection, long from, long rows, int part)
      throws SQLException {
    String insert =
        """
        insert into permit select sha256(int8send(i * 1000 + ?)), host, sha256('model'), sha256('instance'), 1,
          -i * 100 - ?, ? + i %% 86400, ? + i %% 86400 + 600, 10000000000000000, decode(repeat('1b', 65), 'hex')
        from generate_series(1, ?) as i,
          lateral (select substring(sha256(int8send(i %% 1000)), 1, 20) as host) as hosts
        """
            .replace("%%", "%");
    try (PreparedStatement fill = connection.prepareStatement(insert)) {
      fill.setInt(1, part);
      fill.setInt(2, part);
      fill.setLong(3, from);
      fill.setLong(4, from);
      fill.setLong(5, rows);
      fill.executeUpdate();
    }
  }

  /** How a query hash is looked up among all that is on record. */
  private static void showPlan(Connection connection) throws SQLException {
    String lookup =
        """
        explain (analyze, buffers, costs off, timing off, summary on)
        select * from permit where query_hash = sha256(int8send(500001))
          and query_hash <> decode(repeat('00', 32), 'hex') order by serial
        """;
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(lookup)) {
      while (rows.next()) {
        print("%s%n", rows.getString(1));
      }
    }
  }

  private static long number(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }

  private static void execute(Connection connection, String command) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(command);
    }
  }

  @SuppressWarnings("AnnotateFormatMethod")
  private static void print(String format, Object... values) {
    System.out.printf(format, values);
  }
}
