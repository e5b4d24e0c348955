package org.oml.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.gateway.fixture.RealPermissions;
import org.oml.gateway.fixture.TestCourt;
import org.oml.gateway.fixture.TestEngine;
import org.oml.platform.LocalPlatform;
import org.oml.platform.home.PlatformSettings;
import org.oml.platform.home.SecretFile;
import org.oml.protocol.BatchedPermit;
import org.oml.protocol.Bytes32;
import org.oml.protocol.IssuedPermit;
import org.oml.protocol.SignedPermit;
import org.oml.protocol.SigningKey;
import org.oml.protocol.span.TraceCollector;
import org.oml.protocol.span.TraceCollector.CollectedSpan;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** A gateway and the permission service itself, on a real database and chain. */
class RealServiceIT {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final int BLANKS = 40;
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  @TempDir static Path directory;
  private static final SigningKey SIGNER = SigningKey.random();
  private static final TraceCollector COLLECTOR = TraceCollector.started();
  private static LocalPlatform platform;
  private static TestCourt court;
  private static RealPermissions permissions;
  private static TestEngine engine;
  private static ConfigurableApplicationContext gateway;

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
            List.of("--oml.traces.endpoint=" + COLLECTOR.url()));
    engine = new TestEngine(0);
    List<String> arguments =
        new ArrayList<>(court.host().arguments(engine.url(), permissions.url()));
    arguments.add("--oml.gateway.permit-signers=" + SIGNER.address());
    arguments.add("--oml.gateway.grace.blanks=" + BLANKS);
    arguments.add("--oml.gateway.traces.endpoint=" + COLLECTOR.url());
    gateway = SpringApplication.run(GatewayApplication.class, arguments.toArray(String[]::new));
    Waiting.until(() -> Files.exists(court.host().journal().resolve("blank-permits.json")));
  }

  @AfterAll
  static void stop() {
    if (gateway != null) {
      gateway.close();
    }
    COLLECTOR.close();
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
  void aLoneQueryHasAPermitThatIsSignedAlone() throws Exception {
    IssuedPermit permit = permitOf(CLIENT.send(question(), BodyHandlers.ofString()));
    assertThat(permit).isInstanceOf(SignedPermit.class);
    assertThat(permit.signer(court.host().domain())).isEqualTo(SIGNER.address());
    assertThat(permit.permit().queryHash()).isNotEqualTo(Bytes32.ZERO);
  }

  @Test
  void aQueryIsOneTraceThroughGatewayPermissionServiceAndDatabase() throws Exception {
    String users = "0af7651916cd43dd8448eb211c80319c";
    HttpRequest asked =
        HttpRequest.newBuilder(WithGateway.url(gateway).resolve("/v1/chat/completions"))
            .header("traceparent", "00-" + users + "-b7ad6b7169203331-01")
            .POST(
                BodyPublishers.ofString(
                    "{\"messages\":[{\"role\":\"user\",\"content\":\"whereof nobody else may hear\"}]}"))
            .build();
    IssuedPermit permit = permitOf(CLIENT.send(asked, BodyHandlers.ofString()));
    List<CollectedSpan> trace =
        COLLECTOR.awaitTrace(
            spans ->
                one(spans, "POST /v1/chat/completions").isPresent()
                    && one(spans, "ledger transaction").isPresent());

    CollectedSpan ledger = one(trace, "ledger transaction").orElseThrow();
    List<CollectedSpan> way = new ArrayList<>();
    for (Optional<CollectedSpan> span = Optional.of(ledger); span.isPresent(); ) {
      way.addFirst(span.get());
      String parent = span.get().parentId();
      span = trace.stream().filter(each -> each.spanId().equals(parent)).findFirst();
    }
    assertThat(way)
        .extracting(span -> span.service() + " " + span.kind() + " " + span.name())
        .containsExactly(
            "host-gateway 2 POST /v1/chat/completions",
            "host-gateway 1 permit",
            "host-gateway 3 POST /v1/permits",
            "permission 2 POST /v1/permits",
            "permission 3 ledger transaction");
    assertThat(one(trace, "wait for engine")).isPresent();
    assertThat(ledger.traceId()).isNotEqualTo(users);
    assertThat(COLLECTOR.everything())
        .doesNotContain("whereof", "eyJ", permit.permit().queryHash().toString().substring(2));
  }

  private static Optional<CollectedSpan> one(List<CollectedSpan> spans, String name) {
    return spans.stream().filter(span -> span.name().equals(name)).findFirst();
  }

  @Test
  void queriesThatComeTogetherHavePermitsThatAreSignedTogether() {
    List<IssuedPermit> permits = askTogether(100);
    assertThat(permits).hasAtLeastOneElementOfType(BatchedPermit.class);
    assertThat(permits)
        .allMatch(permit -> permit.signer(court.host().domain()).equals(SIGNER.address()));
    assertThat(permits).extracting(permit -> permit.permit().queryHash()).doesNotHaveDuplicates();
    assertThat(permits).extracting(IssuedPermit::permitHash).doesNotHaveDuplicates();
  }

  /** The service is killed, blanks are used, and it is asked again once it is back. */
  @Test
  void blanksBridgeTheDeathOfTheServiceAndAreSoldOnce() throws Exception {
    assertThat(blanksSold()).isEqualTo(BLANKS);
    permissions.kill();
    Set<Bytes32> used = new HashSet<>();
    try {
      for (int i = 0; i < BLANKS / 4; i++) {
        IssuedPermit blank = permitOf(CLIENT.send(question(), BodyHandlers.ofString()));
        assertThat(blank.permit().queryHash()).isEqualTo(Bytes32.ZERO);
        assertThat(blank.signer(court.host().domain())).isEqualTo(SIGNER.address());
        assertThat(used.add(blank.permitHash())).isTrue();
      }
    } finally {
      permissions.startAgain();
    }
    Waiting.until(() -> !askTogether(1).getFirst().permit().queryHash().equals(Bytes32.ZERO));
    // What was used is bought again, and no more than that.
    Waiting.until(() -> blanksSold() > BLANKS);
    assertThat(blanksSold()).isLessThanOrEqualTo(2 * BLANKS);
  }

  private static HttpRequest question() {
    return HttpRequest.newBuilder(WithGateway.url(gateway).resolve("/v1/completions"))
        .POST(BodyPublishers.ofString("{\"prompt\":\"once\"}"))
        .build();
  }

  private static List<IssuedPermit> askTogether(int queries) {
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < queries; i++) {
      answers.add(CLIENT.sendAsync(question(), BodyHandlers.ofString()));
    }
    return answers.stream().map(CompletableFuture::join).map(RealServiceIT::permitOf).toList();
  }

  private static IssuedPermit permitOf(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return IssuedPermit.parse(WithGateway.header(response, "OML-Permit"));
  }

  /** As the host is charged for them. */
  private static long blanksSold() {
    String password = SecretFile.readOrDraw(platform.database().passwordFile("permission"));
    try (Connection database =
            DriverManager.getConnection(platform.database().url(), "permission", password);
        Statement statement = database.createStatement();
        ResultSet row = statement.executeQuery("select coalesce(sum(blanks), 0) from host_month")) {
      row.next();
      return row.getLong(1);
    } catch (java.sql.SQLException e) {
      throw new AssertionError(e);
    }
  }
}
