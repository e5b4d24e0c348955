package org.oml.prover.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.oml.protocol.Address;
import org.oml.protocol.AuditContexts;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Keccak;
import org.oml.protocol.SigningDomain;
import org.oml.protocol.SigningKey;
import org.oml.prover.evidence.Cases;
import org.oml.prover.evidence.TestCases;
import org.oml.prover.fixture.TestSchema;
import org.oml.prover.fixture.TestSettings;
import org.oml.prover.instance.ChainRecords;
import org.oml.prover.instance.PublishedInstance;
import org.oml.prover.target.ClientProfile;
import org.oml.prover.target.Dialect;
import org.oml.prover.target.Endpoint;
import org.oml.prover.target.HttpAsker;
import org.oml.prover.target.Target;
import org.oml.prover.vault.TestVaults;
import org.oml.prover.vault.Vault;
import org.springframework.jdbc.core.simple.JdbcClient;

/** One process with two hundred audits under way, on a real database, over real HTTP. */
final class ManyAuditsIT {

  private static final int AUDITS = 200;
  private static final int KEYS = 4;
  private static final int COVERS = 4;
  private static final int REQUESTS_PER_MINUTE = 60;
  private static final Bytes32 MODEL = Keccak.of("model");
  private static final Address HOST = SigningKey.random().address();
  private static final byte[] ANSWER =
      "{\"choices\":[{\"text\":\"words\",\"message\":{\"content\":\"words\"}}]}"
          .getBytes(StandardCharsets.UTF_8);

  private final Map<String, Queue<Long>> arrivals = new ConcurrentHashMap<>();
  private final Map<Bytes32, Bytes32> roots = new ConcurrentHashMap<>();
  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicInteger mostUnderWay = new AtomicInteger();

  @Test
  void sustainsTwoHundredAuditsAtOnceAndKeepsToEveryTargetsPace() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start();
        HikariDataSource pool = pool(postgres)) {
      HttpServer server = server();
      try {
        JdbcClient database = TestSchema.in(pool);
        Vault vault = TestVaults.empty(database);
        AuditStore audits = new AuditStore(database, vault);
        AuditRunner runner = runner(database, vault, audits);
        List<UUID> planned =
            IntStream.range(0, AUDITS)
                .mapToObj(i -> plan(i, vault, audits, server.getAddress().getPort()))
                .toList();
        long before = usedMemory();
        long most = mostMemory(() -> runAll(planned, runner));
        long kept = usedMemory() - before;
        System.out.printf(
            "%d audits at once: %.1f MiB in use before, %.1f at most, %+.1f afterwards%n",
            AUDITS, mebibytes(before), mebibytes(most), mebibytes(kept));
        assertThat(kept).as("bytes kept").isLessThan(64L << 20);
        assertThat(mostUnderWay).hasValue(AUDITS);
        assertThat(planned.stream().map(id -> audits.find(id).orElseThrow().verdict()))
            .containsOnly(Verdict.DOES_NOT_USE);
      } finally {
        server.stop(0);
      }
    }
    assertThat(arrivals).hasSize(AUDITS);
    // A question may be under way for a moment longer than the one behind it.
    double gap = 60_000.0 / REQUESTS_PER_MINUTE;
    arrivals.values().forEach(times -> requirePace(List.copyOf(times), gap));
  }

  private static void requirePace(List<Long> times, double gap) {
    long took = times.getLast() - times.getFirst();
    assertThat(took / 1e6).isGreaterThanOrEqualTo((times.size() - 2) * gap);
  }

  private void runAll(List<UUID> planned, AuditRunner runner) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      for (UUID auditId : planned) {
        running.add(
            threads.submit(
                () -> {
                  mostUnderWay.accumulateAndGet(underWay.incrementAndGet(), Math::max);
                  runner.run(auditId);
                  underWay.decrementAndGet();
                  return auditId;
                }));
      }
      for (Future<?> one : running) {
        one.get();
      }
    }
  }

  private UUID plan(int number, Vault vault, AuditStore audits, int port) {
    Bytes32 instanceId = Keccak.of("instance " + number);
    roots.put(instanceId, TestVaults.put(vault, instanceId, MODEL, HOST, KEYS, COVERS));
    AuditPlanner planner = new AuditPlanner(settings());
    UUID auditId = UUID.randomUUID();
    Target target =
        new Target(
            Endpoint.parse("http://127.0.0.1:" + port + "/" + number),
            Dialect.OPENAI,
            ClientProfile.CURL);
    audits.plan(
        new AuditStore.Order(
            auditId, instanceId, HOST, target, "tiny", REQUESTS_PER_MINUTE, HOST, false, false),
        planner.plan(
            IntStream.range(0, KEYS).boxed().toList(),
            IntStream.range(0, COVERS).boxed().toList(),
            new Random(number)));
    return auditId;
  }

  private AuditRunner runner(JdbcClient database, Vault vault, AuditStore audits) {
    ChainRecords chain = new Records();
    Cases cases = TestCases.of(database, vault, chain);
    return new AuditRunner(
        audits,
        vault,
        new HttpAsker(Duration.ofSeconds(60), Clock.systemUTC()),
        chain,
        cases,
        TestCases.permits(database, cases, chain),
        (traceId, instanceId, code, answers) -> new TraceJudge.Naming(false, "nobody traces here"),
        settings());
  }

  private static AuditSettings settings() {
    return TestSettings.bind(
        "oml.prover.audit", AuditSettings.class, Map.of("oml.prover.audit.mean-pause", "1ms"));
  }

  private static HikariDataSource pool(EmbeddedPostgres postgres) {
    HikariConfig pool = new HikariConfig();
    pool.setDataSource(postgres.getPostgresDatabase());
    pool.setMaximumPoolSize(10);
    pool.setConnectionTimeout(Duration.ofMinutes(1).toMillis());
    return new HikariDataSource(pool);
  }

  private HttpServer server() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
    return server;
  }

  private void answer(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    if (exchange.getRequestMethod().equals("POST")) {
      String target = exchange.getRequestURI().getPath().split("/", -1)[1];
      arrivals
          .computeIfAbsent(target, name -> new ConcurrentLinkedQueue<>())
          .add(System.nanoTime());
    }
    exchange.sendResponseHeaders(200, ANSWER.length);
    exchange.getResponseBody().write(ANSWER);
    exchange.close();
  }

  private static long usedMemory() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private interface Work {
    void run() throws Exception;
  }

  /** Looked at twice a second, with what can be collected taken away. */
  private static long mostMemory(Work work) throws Exception {
    AtomicLong most = new AtomicLong();
    try (ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor()) {
      Future<?> looking =
          looks.scheduleWithFixedDelay(
              () -> most.accumulateAndGet(usedMemory(), Math::max), 0, 500, TimeUnit.MILLISECONDS);
      work.run();
      looking.cancel(false);
    }
    return most.get();
  }

  private static double mebibytes(long bytes) {
    return bytes / (double) (1 << 20);
  }

  /** What the chain would say of all of them. */
  private final class Records implements ChainRecords {

    @Override
    public Optional<PublishedInstance> instance(Bytes32 instanceId) {
      return Optional.ofNullable(roots.get(instanceId))
          .map(
              root ->
                  new PublishedInstance(
                      instanceId, MODEL, HOST, 1, root, AuditContexts.root(), 3_600, 3_600));
    }

    @Override
    public Address gatewayKeyAt(Bytes32 instanceId, long time) {
      return HOST;
    }

    @Override
    public boolean maySignPermits(Address signer, long issuedAt) {
      return false;
    }

    @Override
    public SigningDomain domain() {
      return new SigningDomain(BigInteger.ONE, Address.ZERO);
    }
  }
}
