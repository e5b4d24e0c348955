package org.oml.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.contracts.PanelPlan.Kind;
import org.oml.gateway.defence.DefenceSteps.Step;
import org.oml.gateway.defence.RebutByHand;
import org.oml.gateway.fixture.GatewayProcess;
import org.oml.gateway.fixture.TestCourt;
import org.oml.gateway.fixture.TestEngine;
import org.oml.gateway.fixture.TestPanel;
import org.oml.host.fixture.TestPermissions;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Keccak;
import org.oml.protocol.Receipt;
import org.oml.protocol.SignedReceipt;
import org.oml.protocol.SigningKey;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** A gateway defends its host alone, before a real court on a real chain. */
class DefenceIT {

  private static final int REVEALED = 1;
  private static final int REBUTTED = 2;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Where it dies in a build; the others it shares with cases on receipts. */
  private static final Set<Step> PANEL_STEPS =
      Boolean.getBoolean("oml.soak")
          ? EnumSet.complementOf(EnumSet.of(Step.RECEIPT_RECORDED))
          : EnumSet.of(Step.HIT_RECORDED, Step.PERMIT_RECORDED, Step.TRANSACTION_RECORDED);

  @TempDir static Path directory;
  private static TestCourt court;
  private static TestEngine engine;
  private static TestPermissions permissions;
  private static HttpServer webhook;
  private static final Queue<JsonNode> WARNINGS = new ConcurrentLinkedQueue<>();

  @SuppressWarnings("NullAway.Init")
  private ConfigurableApplicationContext gateway;

  @BeforeAll
  static void start() throws Exception {
    court = TestCourt.start(directory, TestPermissions.SIGNER.address());
    engine = new TestEngine(0);
    permissions = new TestPermissions(0, court.host());
    webhook = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    webhook.createContext(
        "/hook",
        exchange -> {
          WARNINGS.add(JSON.readTree(exchange.getRequestBody()));
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    webhook.start();
    court.fund(court.host().gatewayKey().address());
  }

  @AfterAll
  static void stop() {
    webhook.stop(0);
    permissions.close();
    engine.close();
    court.close();
  }

  @AfterEach
  void stopGateway() {
    if (gateway != null) {
      gateway.close();
    }
  }

  private static List<String> arguments(String... more) {
    List<String> arguments =
        new ArrayList<>(court.host().arguments(engine.url(), permissions.url()));
    arguments.addAll(court.defence());
    arguments.add(
        "--oml.gateway.warnings.webhook=http://127.0.0.1:"
            + webhook.getAddress().getPort()
            + "/hook");
    arguments.add("--oml.gateway.warnings.interval=200ms");
    arguments.addAll(List.of(more));
    return arguments;
  }

  private void run(String... more) {
    gateway =
        SpringApplication.run(GatewayApplication.class, arguments(more).toArray(String[]::new));
  }

  private HttpRequest question() {
    return question("once");
  }

  private HttpRequest question(String text) {
    URI url = WithGateway.url(gateway).resolve("/v1/completions");
    return HttpRequest.newBuilder(url)
        .POST(BodyPublishers.ofString("{\"prompt\":\"" + text + "\"}"))
        .build();
  }

  private SignedReceipt ask() throws Exception {
    HttpResponse<String> response =
        HttpClient.newHttpClient().send(question(), BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return WithGateway.closingReceipt(response);
  }

  private static boolean warned(String kind, String subject) {
    return WARNINGS.stream()
        .anyMatch(
            warning ->
                warning.path("kind").asString().equals(kind)
                    && warning.path("subject").asString().equals(subject));
  }

  @Test
  void rebutsACaseWithThePermitOfItsJournalAndTellsItsHost() throws Exception {
    run();
    Bytes32 caseId = court.accuse(ask());
    Waiting.until(() -> court.state(caseId) == REBUTTED);
    Waiting.until(() -> warned("CASE_OPENED", caseId.toString()));
    Waiting.until(() -> warned("CASE_REBUTTED", caseId.toString()));
    Waiting.until(() -> caseFile(caseId).contains("\"REBUTTED\""));
  }

  /** Queries that wait together get permits under one signature, which the court hears as well. */
  @Test
  void rebutsACaseWithAPermitThatWasSignedInABatch() throws Exception {
    run();
    permissions.delay = 100;
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    try (HttpClient client = HttpClient.newHttpClient()) {
      for (int i = 0; i < 12; i++) {
        answers.add(client.sendAsync(question(), BodyHandlers.ofString()));
      }
      answers.forEach(CompletableFuture::join);
    } finally {
      permissions.delay = 0;
    }
    HttpResponse<String> joint =
        answers.stream()
            .map(CompletableFuture::join)
            .filter(answer -> WithGateway.header(answer, "OML-Permit").startsWith("omlb1."))
            .findFirst()
            .orElseThrow();
    Bytes32 caseId = court.accuse(WithGateway.closingReceipt(joint));
    Waiting.until(() -> court.state(caseId) == REBUTTED);
  }

  @Test
  void fetchesThePermitFromTheServiceWhenTheJournalIsLost() throws Exception {
    run();
    SignedReceipt receipt = ask();
    gateway.close();
    try (var files = Files.list(court.host().journal())) {
      for (Path file : files.filter(each -> each.toString().endsWith(".journal")).toList()) {
        Files.delete(file);
      }
    }
    Bytes32 caseId = court.accuse(receipt);
    assertThat(court.state(caseId)).isEqualTo(REVEALED);
    run();
    Waiting.until(() -> court.state(caseId) == REBUTTED);
  }

  /** Each death is at another step; what was written down before is taken up after. */
  @Test
  void goesOnAfterKillsAtEveryStep() throws Exception {
    run();
    SignedReceipt receipt = ask();
    gateway.close();
    long before = court.transactions(court.host().gatewayKey().address());
    Bytes32 caseId = court.accuse(receipt);
    court.mine(false);
    try {
      for (Step step : EnumSet.complementOf(EnumSet.of(Step.HIT_RECORDED))) {
        dieAt(step);
      }
    } finally {
      court.mine(true);
    }
    run();
    Waiting.until(() -> court.state(caseId) == REBUTTED);
    Waiting.until(() -> warned("CASE_REBUTTED", caseId.toString()));
    assertThat(court.transactions(court.host().gatewayKey().address())).isEqualTo(before + 1);
  }

  /**
   * What the members of a panel say they were answered, the host has a permit for, whether it is
   * accused of serving without receipts (N) or somebody passed their questions on to it (T). Of the
   * last hit the journal knows nothing: that one stands.
   */
  @Test
  void takesAPanelsHitsAwayByHandAndAloneThroughKillsAtEveryStep() throws Exception {
    TestPanel panel = TestPanel.seat(court);
    run();
    for (int place = 0; place < 5; place++) {
      HttpResponse<String> response =
          HttpClient.newHttpClient()
              .send(question(TestPanel.question(place)), BodyHandlers.ofString());
      assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    }
    gateway.close();
    List<Bytes32> plans =
        panel.accuse(new TreeMap<>(Map.of(Kind.N, List.of(0, 1, 9, 2), Kind.T, List.of(3, 4))));
    Bytes32 serving = plans.getFirst();
    Bytes32 traced = plans.getLast();
    long before = court.transactions(court.host().gatewayKey().address());
    assertThat(RebutByHand.run(traced, arguments().toArray(String[]::new)))
        .isEqualTo(RebutByHand.DONE);
    assertThat(List.of(panel.state(traced, 3), panel.state(traced, 4))).containsOnly(REBUTTED);
    court.mine(false);
    try {
      for (Step step : PANEL_STEPS) {
        dieAt(step);
      }
    } finally {
      court.mine(true);
    }
    run();
    for (int place = 0; place < 3; place++) {
      int rebutted = place;
      Waiting.until(() -> panel.state(serving, rebutted) == REBUTTED);
    }
    Waiting.until(() -> warned("CASE_UNANSWERED", serving.toString()));
    assertThat(panel.state(serving, 9)).isEqualTo(REVEALED);
    assertThat(court.transactions(court.host().gatewayKey().address())).isEqualTo(before + 5);
    panel.decide(serving);
    Waiting.until(() -> warned("CASE_REBUTTED", serving.toString()));
  }

  /** Nothing is mined meanwhile, and it is not the fee. */
  private static List<String> patient(List<String> arguments) {
    return arguments.stream().map(each -> each.replaceFirst("(?<=bump-after=).*", "1h")).toList();
  }

  private static void dieAt(Step step) throws Exception {
    try (GatewayProcess process =
        GatewayProcess.start(
            KilledGateway.class.getName(),
            directory.resolve("killed.log"),
            List.of("-Doml.test.die-at=" + step),
            patient(arguments()))) {
      assertThat(process.awaitDeath())
          .as(
              step
                  + "\n"
                  + Files.readString(directory.resolve("killed.log"))
                      .replaceAll("(?m)^\\s+at .*\n", ""))
          .isEqualTo(KilledGateway.DEAD);
    }
  }

  @Test
  void raisesTheFeeOfATransactionThatIsNotMined() throws Exception {
    run();
    SignedReceipt receipt = ask();
    gateway.close();
    long before = court.transactions(court.host().gatewayKey().address());
    Bytes32 caseId = court.accuse(receipt);
    court.mine(false);
    try {
      run();
      Waiting.until(() -> attempts(caseId).size() >= 3);
    } finally {
      court.mine(true);
    }
    Waiting.until(() -> court.state(caseId) == REBUTTED);
    JsonNode attempts = attempts(caseId);
    assertThat(attempts.get(1).path("nonce")).isEqualTo(attempts.get(0).path("nonce"));
    assertThat(fee(attempts.get(1))).isGreaterThan(fee(attempts.get(0)) * 112 / 100);
    assertThat(court.transactions(court.host().gatewayKey().address())).isEqualTo(before + 1);
  }

  @Test
  void rebutsByHandWhatItDoesNotWatch() throws Exception {
    run();
    SignedReceipt receipt = ask();
    gateway.close();
    Bytes32 caseId = court.accuse(receipt);
    assertThat(RebutByHand.run(caseId, arguments().toArray(String[]::new)))
        .isEqualTo(RebutByHand.DONE);
    assertThat(court.state(caseId)).isEqualTo(REBUTTED);
    Bytes32 unknown = Keccak.of("no case");
    assertThat(RebutByHand.run(unknown, arguments().toArray(String[]::new)))
        .isEqualTo(RebutByHand.NO);
  }

  @Test
  void saysThatACaseOfDoubleUseCannotBeRebutted() throws Exception {
    run();
    SignedReceipt receipt = ask();
    Receipt once = receipt.receipt();
    Receipt again =
        new Receipt(
            once.modelId(),
            once.instanceId(),
            once.host(),
            once.queryHash(),
            Keccak.of("another answer"),
            once.permitHash(),
            once.servedAt(),
            once.clientRef());
    Bytes32 caseId =
        court.accuseOfDoubleUse(
            receipt, SignedReceipt.sign(again, court.host().domain(), court.host().gatewayKey()));
    Waiting.until(() -> warned("CASE_UNANSWERED", caseId.toString()));
    assertThat(court.state(caseId)).isEqualTo(REVEALED);
    assertThat(attempts(caseId)).isEmpty();
  }

  @Test
  void warnsOfWhatAHostShouldLookAt() throws Exception {
    Path poor = Files.createDirectories(directory.resolve("poor"));
    SigningKey penniless = SigningKey.random();
    org.oml.protocol.Keystore.write(penniless, poor.resolve("k.json"), poor.resolve("k.password"));
    run(
        "--oml.gateway.defence.keystore=" + poor.resolve("k.json"),
        "--oml.gateway.defence.password-file=" + poor.resolve("k.password"),
        "--oml.gateway.warnings.balance-for-queries=1000000000");
    Waiting.until(() -> warned("BALANCE_LOW", court.host().wallet().toString()));
    assertThat(warned("SUCCESSOR_WANTED", court.host().instanceId().toString())).isFalse();
    permissions.wantsSuccessor = true;
    Waiting.until(() -> warned("SUCCESSOR_WANTED", court.host().instanceId().toString()));
    permissions.wantsSuccessor = false;
    Waiting.until(() -> warned("GAS_LOW", penniless.address().toString()));
    assertThat(warned("STAKE_LOW", court.host().wallet().toString())).isFalse();
    assertThat(warned("GATEWAY_KEY_EXPIRES", court.host().gatewayKey().address().toString()))
        .isFalse();
  }

  @Test
  void takesPermitsOfSignersAloneThatTheLedgerAuthorisesAndWarnsOfRefusals() throws Exception {
    run();
    permissions.signer = SigningKey.random();
    try {
      HttpRequest request = question();
      HttpResponse<String> response =
          HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
      assertThat(response.body()).contains("HOST_PERMIT_INVALID");
      permissions.refusal = new TestPermissions.Refusal(403, "PERMISSION_BALANCE_TOO_SMALL");
      permissions.refusals.set(1);
      HttpResponse<String> refused =
          HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
      assertThat(refused.body()).contains("PERMISSION_BALANCE_TOO_SMALL");
      Waiting.until(() -> warned("PERMITS_REFUSED", ""));
    } finally {
      permissions.signer = TestPermissions.SIGNER;
    }
  }

  private static String caseFile(Bytes32 caseId) {
    Path file = court.host().journal().resolve("defence").resolve(caseId + ".case.json");
    try {
      return Files.exists(file) ? Files.readString(file, StandardCharsets.UTF_8) : "";
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  private static JsonNode attempts(Bytes32 caseId) {
    String text = caseFile(caseId);
    return JSON.readTree(text.isEmpty() ? "{}" : text).path("attempts");
  }

  private static long fee(JsonNode attempt) {
    return Long.parseLong(attempt.path("maximumFee").asString());
  }
}
