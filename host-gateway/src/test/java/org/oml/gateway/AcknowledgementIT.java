package org.oml.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.gateway.fixture.GatewayProcess;
import org.oml.gateway.fixture.RealPermissions;
import org.oml.gateway.fixture.TestCourt;
import org.oml.gateway.fixture.TestEngine;
import org.oml.gateway.permit.AcknowledgeByHand;
import org.oml.host.usage.UsageTally;
import org.oml.platform.LocalPlatform;
import org.oml.platform.home.PlatformSettings;
import org.oml.platform.home.SecretFile;
import org.oml.protocol.SigningKey;

/**
 * A gateway that is killed goes on beyond what the permission service lets a host have
 * unacknowledged, and never acknowledges more than its own journal shows.
 */
class AcknowledgementIT {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final int MOST_UNACKNOWLEDGED = 50;
  private static final int USERS = 8;
  private static final int ANSWERS_IN_A_LIFE = 3 * MOST_UNACKNOWLEDGED;
  private static final int LIVES = 3;

  @TempDir static Path directory;
  private static final SigningKey SIGNER = SigningKey.random();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static LocalPlatform platform;
  private static TestCourt court;
  private static RealPermissions permissions;
  private static TestEngine engine;
  private static List<String> arguments;

  @BeforeAll
  static void start() throws Exception {
    platform = new LocalPlatform(PlatformSettings.forTest(ROOT, directory.resolve("home")));
    platform.startFoundation();
    court = TestCourt.on(platform, directory, SIGNER.address());
    permissions =
        RealPermissions.start(
            platform,
            court,
            SIGNER,
            List.of(),
            List.of("--oml.permission.max-unacknowledged=" + MOST_UNACKNOWLEDGED));
    engine = new TestEngine(0);
    arguments = new ArrayList<>(court.host().arguments(engine.url(), permissions.url()));
  }

  @AfterAll
  static void stop() {
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
  void goesOnBeyondTheLimitInEveryLifeAndAcknowledgesWhatTheJournalShows() throws Exception {
    for (int life = 0; life < LIVES; life++) {
      try (GatewayProcess gateway = startGateway()) {
        askUntilAnswered(gateway.url(), ANSWERS_IN_A_LIFE);
        gateway.kill();
      }
      // What was acknowledged lies below what the journal shows, whenever the process died.
      assertThat(count("acknowledged_permits"))
          .isLessThanOrEqualTo(UsageTally.open(court.host().journal()).sum().count());
    }
    assertThat(count("permits")).isGreaterThanOrEqualTo((long) LIVES * ANSWERS_IN_A_LIFE);
    assertThat(count("permits") - count("acknowledged_permits"))
        .isLessThanOrEqualTo(MOST_UNACKNOWLEDGED);
    acceptsByHandWhatTheJournalDoesNotShow();
  }

  /**
   * Permits on their way when the gateway died are not in the journal; a person may accept them.
   */
  private static void acceptsByHandWhatTheJournalDoesNotShow() throws Exception {
    execute("update host_usage set permits = permits + 7, charge = charge + 7");
    String[] all = arguments.toArray(String[]::new);
    assertThat(AcknowledgeByHand.run(false, all)).isEqualTo(AcknowledgeByHand.NO);
    assertThat(count("permits") - count("acknowledged_permits")).isGreaterThanOrEqualTo(7);
    assertThat(AcknowledgeByHand.run(true, all)).isEqualTo(AcknowledgeByHand.DONE);
    assertThat(count("acknowledged_permits")).isEqualTo(count("permits"));
    assertThat(UsageTally.open(court.host().journal()).sum().count()).isEqualTo(count("permits"));
    try (GatewayProcess gateway = startGateway()) {
      askUntilAnswered(gateway.url(), 2 * MOST_UNACKNOWLEDGED);
    }
  }

  private static GatewayProcess startGateway() throws IOException {
    GatewayProcess gateway =
        GatewayProcess.start(
            GatewayApplication.class.getName(),
            directory.resolve("gateway.log"),
            List.of(),
            arguments);
    gateway.awaitListening();
    return gateway;
  }

  private static void askUntilAnswered(URI url, int answers) {
    AtomicInteger left = new AtomicInteger(answers);
    AtomicInteger answered = new AtomicInteger();
    HttpRequest question =
        HttpRequest.newBuilder(url.resolve("/v1/completions"))
            .POST(BodyPublishers.ofString("{\"prompt\":\"once\"}"))
            .build();
    try (ExecutorService users = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int user = 0; user < USERS; user++) {
        users.execute(
            () -> {
              while (left.getAndDecrement() > 0) {
                HttpResponse<String> response =
                    CLIENT.sendAsync(question, BodyHandlers.ofString()).join();
                assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
                answered.incrementAndGet();
              }
            });
      }
    }
    assertThat(answered).hasValue(answers);
  }

  private static long count(String column) throws SQLException {
    try (Connection database = database();
        Statement statement = database.createStatement();
        ResultSet row = statement.executeQuery("select " + column + " from host_usage")) {
      row.next();
      return row.getLong(1);
    }
  }

  private static void execute(String sql) throws SQLException {
    try (Connection database = database();
        Statement statement = database.createStatement()) {
      statement.executeUpdate(sql);
    }
  }

  private static Connection database() throws SQLException {
    String password = SecretFile.readOrDraw(platform.database().passwordFile("permission"));
    return DriverManager.getConnection(platform.database().url(), "permission", password);
  }
}
