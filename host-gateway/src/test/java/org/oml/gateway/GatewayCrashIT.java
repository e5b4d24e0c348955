package org.oml.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.gateway.fixture.DeathInCode;
import org.oml.gateway.fixture.DeathInCode.Where;
import org.oml.gateway.fixture.GatewayProcess;
import org.oml.gateway.fixture.TestEngine;
import org.oml.host.fixture.TestHost;
import org.oml.host.fixture.TestPermissions;
import org.oml.host.fixture.TestPermissions.Refusal;
import org.oml.host.journal.JournalArchive;
import org.oml.host.journal.JournalEntry;
import org.oml.host.usage.UsageTally;
import org.oml.protocol.Bytes32;
import org.oml.protocol.SignedReceipt;

/**
 * SIGKILL at random moments under load, now and then with the permission service away, and at each
 * point where something is persisted: what left is in the journal, no permit answers twice, and
 * nothing is acknowledged that the journal does not show.
 */
class GatewayCrashIT {

  private static final long SEED = 5;
  private static final int ROUNDS = Boolean.getBoolean("oml.soak") ? 200 : 2;
  private static final int USERS = 8;
  private static final int BLANKS_OF_A_LIFE = 20;

  @TempDir Path directory;
  private final Queue<String> receiptsThatLeft = new ConcurrentLinkedQueue<>();
  private final HttpClient client = HttpClient.newHttpClient();

  @Test
  void losesNoReceiptAndUsesNoPermitTwice() throws Exception {
    TestHost host = TestHost.write(directory);
    Random random = new Random(SEED);
    try (TestEngine engine = new TestEngine(0);
        TestPermissions permissions = new TestPermissions(0, host)) {
      List<String> arguments = new ArrayList<>(host.arguments(engine.url(), permissions.url()));
      arguments.add("--oml.gateway.grace.blanks=200");
      arguments.add("--oml.gateway.grace.after=100ms");
      for (int round = 0; round < ROUNDS; round++) {
        permissions.refusals.set(0);
        try (GatewayProcess process = start(List.of(), arguments)) {
          process.awaitListening();
          boolean away = random.nextBoolean();
          killUnderLoad(process, random.nextInt(1_500), () -> goAway(permissions, away));
        }
      }
    }
    requireThatAllIsInTheJournal(host.journal(), ROUNDS);
  }

  @Test
  void losesNothingAtTheNamedPoints() throws Exception {
    TestHost host = TestHost.write(directory);
    int lives = 0;
    try (TestEngine engine = new TestEngine(0);
        TestPermissions permissions = new TestPermissions(0, host)) {
      List<String> arguments = new ArrayList<>(host.arguments(engine.url(), permissions.url()));
      arguments.add("--oml.gateway.grace.after=100ms");
      arguments.add("--oml.gateway.acknowledgements.interval=300ms");
      for (Where where : JournalDeaths.drawn()) {
        permissions.refusals.set(0);
        dieAt(where, permissions, host, with(arguments, BLANKS_OF_A_LIFE * ++lives));
        requireThatTheTallyIsTrue(host, permissions);
      }
      permissions.refusals.set(0);
      try (GatewayProcess process = start(List.of(), arguments)) {
        process.awaitListening();
        killUnderLoad(process, 0, () -> Waiting.until(() -> !receiptsThatLeft.isEmpty()));
      }
      requireThatTheTallyIsTrue(host, permissions);
    }
    requireThatAllIsInTheJournal(host.journal(), lives);
  }

  /** More than there are, so that some are bought. */
  private static List<String> with(List<String> arguments, int blanks) {
    List<String> all = new ArrayList<>(arguments);
    all.add("--oml.gateway.grace.blanks=" + blanks);
    return all;
  }

  private void dieAt(
      Where where, TestPermissions permissions, TestHost host, List<String> arguments)
      throws Exception {
    AtomicBoolean killed = new AtomicBoolean();
    try (DeathInCode death = DeathInCode.at(where);
        GatewayProcess process = start(List.of(death.jvmArgument()), arguments);
        ExecutorService users = Executors.newVirtualThreadPerTaskExecutor()) {
      users.execute(
          () -> {
            if (JournalDeaths.isGrace(where)) {
              Path blanks = host.journal().resolve("blank-permits.json");
              Waiting.until(() -> Files.exists(blanks));
              goAway(permissions, true);
            }
          });
      for (int user = 0; user < USERS; user++) {
        boolean streamed = user % 2 == 0;
        users.execute(() -> askUntil(killed, process.url(), streamed));
      }
      try {
        death.await();
      } finally {
        process.kill();
        killed.set(true);
      }
    }
  }

  private static void requireThatTheTallyIsTrue(TestHost host, TestPermissions permissions)
      throws IOException {
    long tally = UsageTally.open(host.journal()).sum().count();
    assertThat(tally).isLessThanOrEqualTo(permissions.had());
    if (!permissions.acknowledged.isEmpty()) {
      assertThat(permissions.newest().cumulativeCount()).isLessThanOrEqualTo(tally);
    }
  }

  private GatewayProcess start(List<String> jvmArguments, List<String> arguments)
      throws IOException {
    return GatewayProcess.start(
        GatewayApplication.class.getName(),
        directory.resolve("gateway.log"),
        jvmArguments,
        arguments);
  }

  private static void goAway(TestPermissions permissions, boolean away) {
    permissions.refusal = new Refusal(503, "SERVICE_DATABASE_AWAY");
    permissions.refusals.set(away ? 1_000_000 : 0);
  }

  private void killUnderLoad(GatewayProcess process, int milliseconds, Runnable halfway)
      throws Exception {
    AtomicBoolean killed = new AtomicBoolean();
    try (ExecutorService users = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int user = 0; user < USERS; user++) {
        boolean streamed = user % 2 == 0;
        users.execute(() -> askUntil(killed, process.url(), streamed));
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200 + milliseconds / 2));
      halfway.run();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(milliseconds / 2));
      process.kill();
      killed.set(true);
    }
  }

  private void askUntil(AtomicBoolean killed, URI url, boolean streamed) {
    String body = "{\"prompt\":\"once upon\",\"stream\":" + streamed + "}";
    HttpRequest request =
        HttpRequest.newBuilder(url.resolve("/v1/completions"))
            .POST(BodyPublishers.ofString(body))
            .build();
    while (!killed.get()) {
      try {
        HttpResponse<InputStream> response = client.send(request, BodyHandlers.ofInputStream());
        // The head alone is enough for a user to accuse with.
        response.headers().firstValue("OML-Opening-Receipt").ifPresent(receiptsThatLeft::add);
        response.headers().firstValue("OML-Receipt").ifPresent(receiptsThatLeft::add);
        String rest =
            new String(response.body().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        int place = rest.indexOf("omlr1.");
        if (place >= 0) {
          receiptsThatLeft.add(rest.substring(place, rest.indexOf('"', place)));
        }
      } catch (IOException e) {
        LockSupport.parkNanos(5_000_000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void requireThatAllIsInTheJournal(Path journal, int lives) throws IOException {
    List<JournalEntry> entries = new ArrayList<>();
    new JournalArchive(journal).read(entries::add);
    Set<String> recorded = new HashSet<>();
    Map<Bytes32, Bytes32> queryOfPermit = new HashMap<>();
    for (JournalEntry entry : entries) {
      recorded.add(entry.receipt().encode());
      Bytes32 permitHash = entry.receipt().receipt().permitHash();
      Bytes32 other = queryOfPermit.put(permitHash, entry.queryHash());
      assertThat(other == null || other.equals(entry.queryHash())).isTrue();
    }
    assertThat(receiptsThatLeft).isNotEmpty();
    assertThat(receiptsThatLeft).allMatch(recorded::contains);
    assertThat(receiptsThatLeft)
        .allMatch(text -> !SignedReceipt.parse(text).receipt().permitHash().equals(Bytes32.ZERO));
    System.out.println(
        receiptsThatLeft.size()
            + " receipts left in "
            + lives
            + " lives that were ended: lost 0, permits used twice 0");
  }
}
