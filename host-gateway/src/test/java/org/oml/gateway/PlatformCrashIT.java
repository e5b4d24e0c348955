package org.oml.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.gateway.fixture.GatewayProcess;
import org.oml.gateway.fixture.LedgerAudit;
import org.oml.gateway.fixture.RealPermissions;
import org.oml.gateway.fixture.TestCourt;
import org.oml.gateway.fixture.TestEngine;
import org.oml.host.usage.UsageTally;
import org.oml.platform.LocalPlatform;
import org.oml.platform.database.PostgresServer;
import org.oml.platform.home.PlatformSettings;
import org.oml.protocol.Bytes32;
import org.oml.protocol.IssuedPermit;
import org.oml.protocol.Keystore;
import org.oml.protocol.SigningKey;

/**
 * SIGKILL at random moments of two processes of the permission service, of PostgreSQL and of two
 * gateways of one host, under load and while epochs are settled: no permit that a user was shown is
 * lost, none is charged twice, and no epoch disagrees with the ledger.
 */
class PlatformCrashIT {

  private static final long SEED = Long.getLong("oml.crash.seed", 17);
  private static final int KILLS =
      Integer.getInteger("oml.crash.kills", Boolean.getBoolean("oml.soak") ? 200 : 3);

  /** Settling one takes seconds, and longer where services die: many kills get longer epochs. */
  private static final String EPOCH = KILLS > 10 ? "20s" : "3s";

  private static final int USERS_OF_A_GATEWAY = 4;
  private static final int LONGEST_PAUSE_MILLIS = 1_500;
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final SigningKey SIGNER = SigningKey.random();
  private static final SigningKey OPERATOR = SigningKey.random();

  @TempDir Path directory;
  private final HttpClient client = HttpClient.newHttpClient();
  private final ConcurrentMap<Long, Bytes32> shown = new ConcurrentHashMap<>();
  private LocalPlatform platform;
  private TestCourt court;
  private TestEngine engine;
  private final List<Victim> victims = new ArrayList<>();

  /** What is killed and comes again. */
  private interface Victim {
    void kill() throws Exception;

    void startAgain() throws Exception;
  }

  private record Service(RealPermissions process) implements Victim {
    @Override
    public void kill() {
      process.kill();
    }

    @Override
    public void startAgain() {
      process.startAgain();
    }
  }

  private final class Database implements Victim {
    @Override
    public void kill() {
      platform.supervisor().kill9(PostgresServer.NAME);
    }

    @Override
    public void startAgain() {
      platform.database().start();
    }
  }

  private final class Gateway implements Victim {

    private final List<String> arguments;
    private volatile GatewayProcess process;

    Gateway(List<String> arguments) throws IOException {
      this.arguments = arguments;
      this.process = start();
    }

    private GatewayProcess start() throws IOException {
      GatewayProcess started =
          GatewayProcess.start(
              GatewayApplication.class.getName(),
              directory.resolve("gateway.log"),
              List.of("-Xmx192m"),
              arguments);
      started.awaitListening();
      return started;
    }

    @Override
    public void kill() throws InterruptedException {
      process.kill();
    }

    @Override
    public void startAgain() throws IOException {
      process = start();
    }
  }

  @BeforeEach
  void start() throws Exception {
    platform = new LocalPlatform(PlatformSettings.forTest(ROOT, directory.resolve("home")));
    platform.startFoundation();
    court = TestCourt.on(platform, directory, SIGNER.address());
    court.appoint(OPERATOR);
    Path keystore = directory.resolve("operator.json");
    Path password = directory.resolve("operator.password");
    Keystore.write(OPERATOR, keystore, password);
    RealPermissions one =
        RealPermissions.start(
            platform,
            court,
            SIGNER,
            List.of("-Xmx192m"),
            List.of(
                "--oml.permission.operator.keystore=" + keystore,
                "--oml.permission.operator.password-file=" + password,
                "--oml.permission.epoch.period=" + EPOCH,
                "--oml.permission.epoch.grace=2s",
                "--oml.permission.epoch.poll=200ms",
                "--oml.chain.poll-interval=200ms"));
    // Not any port that is free: while the service is down, it might be somebody else's.
    RealPermissions other = one.another(platform.settings().ports().prover());
    engine = new TestEngine(0);
    Path otherJournal = directory.resolve("other-journal");
    List<String> first = new ArrayList<>(court.host().arguments(engine.url(), one.url()));
    first.add("--oml.gateway.grace.blanks=16");
    first.add("--oml.gateway.acknowledgements.interval=1s");
    first.add("--oml.gateway.acknowledgements.others=" + otherJournal);
    List<String> second =
        new ArrayList<>(
            court.host().arguments(engine.url(), other.url()).stream()
                .filter(argument -> !argument.startsWith("--oml.gateway.journal="))
                .toList());
    second.add("--oml.gateway.journal=" + otherJournal);
    second.add("--oml.gateway.acknowledgements.interval=1s");
    second.add("--oml.gateway.acknowledgements.enabled=false");
    victims.add(new Service(one));
    victims.add(new Service(other));
    victims.add(new Database());
    victims.add(new Gateway(first));
    victims.add(new Gateway(second));
  }

  @AfterEach
  void stop() throws Exception {
    for (Gateway gateway : gateways()) {
      gateway.kill();
    }
    if (engine != null) {
      engine.close();
    }
    if (court != null) {
      court.close();
    } else if (platform != null) {
      platform.down();
    }
  }

  @Test
  void nothingIsLostNothingIsChargedTwiceAndAllEpochsAgree() throws Exception {
    Random random = new Random(SEED);
    AtomicBoolean over = new AtomicBoolean();
    int kills = 0;
    try (ExecutorService users = Executors.newVirtualThreadPerTaskExecutor()) {
      try {
        for (Gateway gateway : gateways()) {
          for (int user = 0; user < USERS_OF_A_GATEWAY; user++) {
            users.execute(() -> askUntil(over, gateway));
          }
        }
        while (kills < KILLS) {
          kills += kill(random, KILLS - kills);
        }
      } finally {
        over.set(true);
      }
    }
    try (LedgerAudit audit = new LedgerAudit(platform, court)) {
      audit.awaitEverythingCharged(Duration.ofMinutes(3));
      assertThat(shown).hasSizeGreaterThan(KILLS);
      assertThat(audit.missing(shown)).as("permits that were shown and are lost").isEmpty();
      assertThat(audit.differences()).as("epochs that disagree").isEmpty();
      assertThat(audit.paid())
          .as("what the host paid on chain")
          .isEqualTo(audit.price().multiply(BigInteger.valueOf(audit.permits())));
      long journals = journals(audit.permits());
      System.out.printf(
          "%d kills, seed %d: %d permits shown of %d recorded, in %d epochs: lost 0, charged twice 0,"
              + " epochs that disagree 0; %d in the journals, %d acknowledged%n",
          kills,
          SEED,
          shown.size(),
          audit.permits(),
          audit.epochs(),
          journals,
          audit.acknowledged());
      assertThat(audit.acknowledged()).isLessThanOrEqualTo(journals);
    }
  }

  /** What both gateways can show, which is never more than was recorded. */
  private long journals(long recorded) throws IOException {
    long own = UsageTally.open(court.host().journal()).sum().count();
    long other = UsageTally.open(directory.resolve("other-journal")).sum().count();
    assertThat(own + other).isLessThanOrEqualTo(recorded);
    return own + other;
  }

  /** One at a moment, or two at once; both come again, in either order. */
  private int kill(Random random, int most) throws Exception {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(LONGEST_PAUSE_MILLIS)));
    List<Victim> order = new ArrayList<>(victims);
    Collections.shuffle(order, random);
    List<Victim> killed = order.subList(0, Math.min(most, random.nextInt(4) == 0 ? 2 : 1));
    for (Victim victim : killed) {
      victim.kill();
    }
    // A service does not come up without its database.
    killed.stream().filter(Database.class::isInstance).forEach(PlatformCrashIT::restart);
    killed.stream()
        .filter(victim -> !(victim instanceof Database))
        .forEach(PlatformCrashIT::restart);
    return killed.size();
  }

  private static void restart(Victim victim) {
    try {
      victim.startAgain();
    } catch (Exception e) {
      throw new AssertionError("it does not come again", e);
    }
  }

  private List<Gateway> gateways() {
    return victims.stream().filter(Gateway.class::isInstance).map(Gateway.class::cast).toList();
  }

  private void askUntil(AtomicBoolean over, Gateway gateway) {
    while (!over.get()) {
      URI url = gateway.process.url().resolve("/v1/completions");
      HttpRequest question =
          HttpRequest.newBuilder(url)
              .timeout(Duration.ofSeconds(20))
              .POST(BodyPublishers.ofString("{\"prompt\":\"once\"}"))
              .build();
      try {
        HttpResponse<String> answer = client.send(question, BodyHandlers.ofString());
        answer.headers().firstValue("OML-Permit").map(IssuedPermit::parse).ifPresent(this::note);
        // A machine that is shared is to have time for what is killed to come again.
        LockSupport.parkNanos(20_000_000);
      } catch (IOException e) {
        LockSupport.parkNanos(50_000_000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void note(IssuedPermit issued) {
    Bytes32 before = shown.put(issued.permit().serial(), issued.permitHash());
    assertThat(before).as("a permit that was shown twice").isNull();
  }
}
