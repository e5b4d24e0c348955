package org.oml.prover;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.oml.chain.ChainClient;
import org.oml.chain.dossier.DossierCheck;
import org.oml.contracts.CaseDossier;
import org.oml.platform.fixture.DeathPoint;
import org.oml.platform.fixture.DeathPoint.Where;
import org.oml.platform.fixture.Deaths;
import org.oml.platform.process.JavaProgram;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Fingerprint;
import org.oml.protocol.Keccak;
import org.oml.protocol.span.TraceCollector;
import org.oml.protocol.span.TraceCollector.CollectedSpan;
import org.oml.prover.fixture.TableBytes;
import org.oml.prover.fixture.TestCommunity;
import org.oml.prover.fixture.TestGateway;
import org.oml.prover.fixture.TestGateway.Behaviour;
import org.oml.prover.fixture.TestHost;
import org.oml.prover.fixture.TestPlatform;
import org.oml.servicekit.fixture.TestCaller;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The prover as a process of its own, on a real database and chain, against hosts of every kind.
 */
class ProverIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final int ASKED = 6;
  private static final int COVERS = 4;

  /** Keys that all give the fingerprint's answer, after which the test is decided. */
  private static final int ENOUGH = 5;

  /** Commit, reveal, finalise, payout, collect. */
  private static final int TRANSACTIONS = 5;

  @TempDir private static Path directory;
  private static TestPlatform world;
  private static JavaProgram program;
  private static Bytes32 modelId;
  private static TraceCollector collector;

  private TestHost host;
  private TestCaller operator;

  @BeforeAll
  static void start() throws Exception {
    collector = new TraceCollector();
    world = TestPlatform.start(directory);
    modelId = world.community().register();
    program =
        JavaProgram.service(
                "prover", "prover-service", "org.oml.prover.ProverApplication", world.port())
            .withArguments(world.arguments().toArray(String[]::new))
            .withArguments("--oml.traces.endpoint=" + collector.url());
    world.platform().start(program);
  }

  @AfterAll
  static void stop() {
    world.close();
    collector.close();
  }

  @BeforeEach
  void publishAnInstance() throws Exception {
    host = world.community().host(modelId);
    operator = TestCaller.signIn(world.url(), world.operator);
    TestCaller worker = TestCaller.signIn(world.url(), world.worker);
    TestCaller.Answer stored = worker.put(vaultPath(), host.secrets());
    assertThat(stored.problem()).isEqualTo("200");
    assertThat(stored.body().required("keysLeft").asInt()).isEqualTo(TestHost.KEYS);
    world.permissions().lookedUp.clear();
  }

  /** A reveal's evidence goes to everybody; until then, and of every other key, nothing is told. */
  @AfterEach
  void nothingSecretIsAtRestOrInTheLog() throws Exception {
    byte[] own = world.tables(table -> !table.startsWith("chain_"));
    byte[] sent = world.tables(table -> table.startsWith("chain_"));
    byte[] log = Files.readAllBytes(world.platform().settings().log("prover"));
    byte[] traces = collector.everything().getBytes(StandardCharsets.ISO_8859_1);
    for (Fingerprint fingerprint : host.fingerprints()) {
      for (byte[] place : new byte[][] {own, log, traces}) {
        assertThat(TableBytes.contains(place, fingerprint.key())).isFalse();
        assertThat(TableBytes.contains(place, fingerprint.response().strip())).isFalse();
      }
    }
    assertThat(host.fingerprints())
        .filteredOn(fingerprint -> TableBytes.contains(sent, fingerprint.key()))
        .hasSizeLessThanOrEqualTo(1);
  }

  @Test
  void aFreeloaderIsConvictedAndPays() throws Exception {
    BigInteger before = world.community().balanceOf(world.account.address());
    JsonNode audit = audit(Behaviour.FREELOADING);
    assertThat(audit.required("verdict").asString()).isEqualTo("USES_WITHOUT_PERMIT");
    assertThat(audit.required("keysAsked").asInt()).isEqualTo(ENOUGH);
    assertThat(audit.required("keysAnswered").asInt()).isEqualTo(ENOUGH);
    assertThat(audit.required("decidedAfter").asInt()).isEqualTo(ENOUGH);
    assertThat(audit.required("coversAsked").asInt()).isEqualTo(COVERS);

    JsonNode ended = awaitCase(audit, found -> found.required("paid").asBoolean());

    assertThat(ended.required("state").asString()).isEqualTo("CONVICTED");
    assertThat(ended.required("host").asString()).isEqualTo(host.address().toString());
    assertThat(ended.required("lookup").asString()).isEqualTo("NONE");
    assertThat(ended.required("committedAt").asLong())
        .isLessThan(ended.required("revealedAt").asLong());
    assertThat(ended.required("revealedAt").asLong())
        .isLessThan(ended.required("decidedAt").asLong());
    assertThat(steps(ended)).contains("COMMIT", "REVEAL", "FINALISE", "PAYOUT", "COLLECT");
    assertThat(world.permissions().lookedUp).hasSize(1);
    assertThat(world.community().stakeOf(host))
        .isEqualTo(TestCommunity.STAKE.subtract(TestCommunity.PENALTY));
    assertThat(world.community().balanceOf(world.account.address()))
        .isEqualTo(before.add(TestCommunity.REWARD));
    requireOneTrace(audit);
    assertThat(world.permissions().successorsWanted).contains(host.instanceId());
    CaseDossier dossier = dossier(ended);
    requireSound(dossier);
    requireNothingCanBeChanged(dossier);
  }

  /** Spans arrive as they end, so those of parents come last. */
  private static long withoutParent(List<CollectedSpan> spans) {
    Set<String> known = spans.stream().map(CollectedSpan::spanId).collect(Collectors.toSet());
    return spans.stream()
        .filter(span -> !span.name().equals("audit"))
        .filter(span -> !known.contains(span.parentId()))
        .count();
  }

  /** From the first question to the last transaction, under the audit's own id. */
  private static void requireOneTrace(JsonNode audit) throws InterruptedException {
    String traceId = audit.required("auditId").asString().replace("-", "");
    List<CollectedSpan> trace =
        collector.awaitTrace(
            spans ->
                spans.getFirst().traceId().equals(traceId)
                    && count(spans, "audit") == 1
                    && count(spans, "send transaction") >= TRANSACTIONS
                    && withoutParent(spans) == 0);
    assertThat(count(trace, "question")).isEqualTo(ENOUGH + COVERS);
    // One that came too early by the chain's clock is submitted once more.
    assertThat(count(trace, "submit transaction")).isGreaterThanOrEqualTo(TRANSACTIONS);
    assertThat(trace)
        .extracting(CollectedSpan::name)
        .contains("judge", "eth_call", "GET /v1/permits", "eth_sendRawTransaction")
        .contains("database transaction");
    assertThat(world.permissions().traces).contains(traceId);
  }

  private static long count(List<CollectedSpan> spans, String name) {
    return spans.stream().filter(span -> span.name().equals(name)).count();
  }

  @Test
  void aHostThatUsesOnePermitTwiceIsConvictedByItsReceipts() throws Exception {
    JsonNode audit = audit(Behaviour.REUSING);
    JsonNode ended = awaitCase(audit, found -> found.required("paid").asBoolean());
    assertThat(ended.required("kind").asString()).isEqualTo("E");
    assertThat(ended.required("state").asString()).isEqualTo("CONVICTED");
    assertThat(world.community().stakeOf(host))
        .isEqualTo(TestCommunity.STAKE.subtract(TestCommunity.PENALTY));
    requireSound(dossier(ended));
  }

  private CaseDossier dossier(JsonNode found) throws IOException {
    String path = "/v1/cases/" + found.required("caseId").asString() + "/dossier";
    TestCaller worker = TestCaller.signIn(world.url(), world.worker);
    assertThat(worker.get(path).problem()).isEqualTo("403 PROVER_NOT_ALLOWED");
    TestCaller.Answer answer = operator.get(path);
    assertThat(answer.problem()).isEqualTo("200");
    return CaseDossier.read(JSON.writeValueAsBytes(answer.body()));
  }

  private static void requireSound(CaseDossier dossier) {
    assertThat(check(dossier)).isNotEmpty().allMatch(DossierCheck.Finding::holds);
    assertThat(check(CaseDossier.read(dossier.write()))).allMatch(DossierCheck.Finding::holds);
  }

  private static List<DossierCheck.Finding> check(CaseDossier dossier) {
    try (ChainClient chain =
        ChainClient.connect(world.platform().chain().rpcUrl(), Duration.ofSeconds(10))) {
      return new DossierCheck(chain, world.community().addresses()).check(dossier);
    }
  }

  /** Whatever is changed in it, a dossier does not hold any more. */
  private static void requireNothingCanBeChanged(CaseDossier dossier) {
    JsonNode sound = JSON.readTree(dossier.write());
    String other = Keccak.of("tampered").toString();
    Map<String, JsonNode> changes = new HashMap<>();
    for (String path :
        List.of(
            "/instanceId",
            "/modelId",
            "/courtCase",
            "/commitment",
            "/nonce",
            "/exchange/salt",
            "/opening/leafSalt",
            "/opening/leafProof/0",
            "/opening/contextProof/0",
            "/transactions/0/hash",
            "/transactions/1/hash",
            "/transactions/0/blockHash")) {
      changes.put(path, JSON.getNodeFactory().stringNode(other));
    }
    for (String path : List.of("/prover", "/court", "/host")) {
      changes.put(path, JSON.getNodeFactory().stringNode(world.worker.address().toString()));
    }
    for (String path :
        List.of("/exchange/answer", "/opening/key", "/opening/response", "/chainId")) {
      changes.put(path, JSON.getNodeFactory().stringNode("7"));
    }
    changes.put(
        "/exchange/request",
        JSON.getNodeFactory()
            .stringNode(
                dossier
                    .exchange()
                    .request()
                    .replaceFirst("\"max_tokens\":\\d+", "\"max_tokens\":17")));
    changes.put(
        "/opening/index",
        JSON.getNodeFactory().numberNode(Objects.requireNonNull(dossier.opening()).index() + 1));
    changes.put("/lookups/0/chainTime", JSON.getNodeFactory().numberNode(1));
    changes.put("/lookups/0/result", JSON.getNodeFactory().stringNode("FOUND"));
    changes.put("/lookups", JSON.createArrayNode());
    changes.put("/transactions", JSON.createArrayNode());
    changes.put("/transactions/0/blockNumber", JSON.getNodeFactory().numberNode(1));
    changes.forEach(
        (path, value) -> {
          CaseDossier tampered =
              CaseDossier.read(JSON.writeValueAsBytes(changed(sound, path, value)));
          assertThat(check(tampered)).as(path).anyMatch(finding -> !finding.holds());
        });
  }

  private static JsonNode changed(JsonNode sound, String path, JsonNode value) {
    JsonNode copy = sound.deepCopy();
    int slash = path.lastIndexOf('/');
    JsonNode parent = copy.at(path.substring(0, slash));
    String name = path.substring(slash + 1);
    switch (parent) {
      case ObjectNode object -> object.set(name, value);
      case ArrayNode array -> array.set(Integer.parseInt(name), value);
      default -> throw new AssertionError("There is no " + path + " in " + sound);
    }
    return copy;
  }

  @Test
  void aHostThatNamesItsPermitsIsLeftInPeace() throws Exception {
    JsonNode audit = audit(Behaviour.HONEST);
    assertThat(audit.required("verdict").asString()).isEqualTo("USES_WITH_PERMIT");
    requireNoCase(audit);
    assertThat(world.permissions().lookedUp).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"SILENT", "FAILING", "REFUSING"})
  void aHostThatProvesNothingIsNotAccused(Behaviour behaviour) throws Exception {
    JsonNode audit = audit(behaviour);
    assertThat(audit.required("verdict").asString()).isEqualTo("INCONCLUSIVE");
    requireNoCase(audit);
  }

  @Test
  void aHostWhoseReceiptsAreNoneUsesTheModelAndIsNotAccused() throws Exception {
    JsonNode audit = audit(Behaviour.FORGED);
    assertThat(audit.required("verdict").asString()).isEqualTo("USES_WITHOUT_RECEIPT");
    assertThat(audit.required("receiptsMissing").asInt()).isEqualTo(ENOUGH + COVERS);
    requireNoCase(audit);
  }

  @Test
  void aHostThatServesAnotherModelDoesNotUseTheInstance() throws Exception {
    JsonNode audit = audit(Behaviour.UNRELATED);
    assertThat(audit.required("verdict").asString()).isEqualTo("DOES_NOT_USE");
    assertThat(audit.required("keysAnswered").asInt()).isZero();
    requireNoCase(audit);
  }

  @Test
  void whoPaidAndDidNotSaySoIsNotTakenToCourt() throws Exception {
    JsonNode audit = audit(Behaviour.FORGETFUL);
    JsonNode ended =
        awaitCase(audit, found -> found.required("state").asString().equals("WITHDRAWN"));
    assertThat(ended.required("lookup").asString()).isEqualTo("FOUND");
    assertThat(ended.hasNonNull("courtCase")).isFalse();
    assertThat(steps(ended)).containsExactly("COMMIT");
    assertThat(world.community().stakeOf(host)).isEqualTo(TestCommunity.STAKE);
  }

  /**
   * Where a prover can die on the way from the order to the reward of a case R: before and behind
   * each row that it writes. {@code ./oml soak} kills it at all of them.
   */
  private static final List<Where> ON_THE_WAY =
      List.of(
          new Where("audit_query", "new.attempts = 1"),
          new Where("audit_query", "new.outcome is not null"),
          new Where("penalty_case", "new.state = 'COMMITTING'"),
          new Where("chain_intent", "new.intent_key like 'case/%/commit'"),
          new Where("chain_attempt", "true"),
          new Where("penalty_case", "new.committed_at is not null"),
          new Where("penalty_case", "new.state = 'COMMITTED'"),
          new Where("case_lookup", "true"),
          new Where("penalty_case", "new.state = 'REVEALING'"),
          new Where("chain_intent", "new.intent_key like 'case/%/reveal'"),
          new Where("penalty_case", "new.revealed_at is not null"),
          new Where("penalty_case", "new.state = 'FINALISING'"),
          new Where("chain_intent", "new.intent_key like 'case/%/finalise'"),
          new Where("penalty_case", "new.state = 'CONVICTED'"),
          new Where("chain_intent", "new.intent_key like 'case/%/payout'"),
          new Where("chain_intent", "new.intent_key like 'case/%/collect'"),
          new Where("penalty_case", "new.paid"));

  @Test
  void anAuditAndItsCaseEndWhereverTheProverIsKilled() throws Exception {
    JsonNode ended = killedOnTheWay(Behaviour.FREELOADING, 2);
    assertThat(ended.required("kind").asString()).isEqualTo("R");
    assertThat(world.permissions().lookedUp.size()).isBetween(1, 2);
  }

  @Test
  void aCaseOfAPermitThatWasUsedTwiceEndsWhereverTheProverIsKilled() throws Exception {
    assertThat(killedOnTheWay(Behaviour.REUSING, 1).required("kind").asString()).isEqualTo("E");
  }

  /** At each point with the row written behind the dead prover's back, and not, by turns. */
  private JsonNode killedOnTheWay(Behaviour behaviour, int kills) throws Exception {
    List<Where> points =
        behaviour == Behaviour.FREELOADING
            ? ON_THE_WAY
            : ON_THE_WAY.stream().filter(where -> !where.table().equals("case_lookup")).toList();
    try (TestGateway gateway = gateway(behaviour)) {
      String audit = null;
      boolean isWritten = false;
      for (Where where : Deaths.drawn(points, kills)) {
        try (DeathPoint point = world.deathAt(where)) {
          if (audit == null) {
            audit = "/v1/audits/" + order(gateway, ASKED, COVERS);
          } else {
            world.platform().start(program);
          }
          point.killAt(() -> world.platform().supervisor().kill9("prover"), isWritten);
        }
        isWritten = !isWritten;
      }
      world.platform().start(program);
      JsonNode done =
          Waiting.until(
              operator,
              java.util.Objects.requireNonNull(audit),
              found -> found.required("state").asString().equals("DONE"));
      JsonNode ended = awaitCase(done, found -> found.required("paid").asBoolean());
      assertThat(ended.required("state").asString()).isEqualTo("CONVICTED");
      assertThat(steps(ended))
          .containsOnlyOnce("COMMIT", "REVEAL", "FINALISE", "PAYOUT", "COLLECT");
      assertThat(world.community().stakeOf(host))
          .isEqualTo(TestCommunity.STAKE.subtract(TestCommunity.PENALTY));
      assertThat(Set.copyOf(gateway.texts))
          .filteredOn(text -> text.contains("secret key"))
          .hasSizeLessThanOrEqualTo(ASKED);
      return ended;
    }
  }

  private JsonNode audit(Behaviour behaviour) throws IOException {
    try (TestGateway gateway = gateway(behaviour)) {
      String audit = "/v1/audits/" + order(gateway, ASKED, COVERS);
      JsonNode done =
          Waiting.until(
              operator, audit, found -> found.required("state").asString().equals("DONE"));
      assertThat(gateway.headers).isNotEmpty().doesNotContain("traceparent", "tracestate");
      return done;
    }
  }

  private TestGateway gateway(Behaviour behaviour) throws IOException {
    return new TestGateway(host, world.community().domain(), world.permissions(), behaviour);
  }

  private String order(TestGateway gateway, int keys, int covers) throws IOException {
    Map<String, Object> order = new HashMap<>();
    order.put("instanceId", host.instanceId().toString());
    order.put("endpoint", gateway.url() + "/v1");
    order.put("keys", keys);
    order.put("covers", covers);
    TestCaller.Answer ordered = operator.post("/v1/audits", order);
    assertThat(ordered.problem()).isEqualTo("202");
    return ordered.body().required("auditId").asString();
  }

  private JsonNode awaitCase(JsonNode audit, Predicate<JsonNode> wanted) throws IOException {
    return Waiting.until(operator, "/v1/cases/" + audit.required("caseId").asString(), wanted);
  }

  private void requireNoCase(JsonNode audit) throws Exception {
    assertThat(audit.hasNonNull("caseId")).isFalse();
    JsonNode cases = operator.get("/v1/cases").body().required("cases");
    assertThat(cases)
        .noneMatch(
            found -> found.required("instanceId").asString().equals(host.instanceId().toString()));
    assertThat(world.community().stakeOf(host)).isEqualTo(TestCommunity.STAKE);
  }

  private static List<String> steps(JsonNode found) {
    return StreamSupport.stream(found.required("transactions").spliterator(), false)
        .map(sent -> sent.required("step").asString())
        .collect(Collectors.toList());
  }

  private String vaultPath() {
    return "/v1/vault/instances/" + host.instanceId();
  }
}
