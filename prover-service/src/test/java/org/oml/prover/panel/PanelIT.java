package org.oml.prover.panel;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.chain.ChainClient;
import org.oml.platform.process.JavaProgram;
import org.oml.protocol.Bytes32;
import org.oml.protocol.SigningKey;
import org.oml.prover.Waiting;
import org.oml.prover.fixture.TestCaller;
import org.oml.prover.fixture.TestCommunity;
import org.oml.prover.fixture.TestGateway;
import org.oml.prover.fixture.TestGateway.Behaviour;
import org.oml.prover.fixture.TestHost;
import org.oml.prover.fixture.TestPlatform;
import org.oml.prover.instance.ChainRecords;
import org.oml.prover.instance.TestRecords;
import tools.jackson.databind.JsonNode;

/**
 * Cases N and T from the audit to the reward: the prover as a process, a panel of nine others, a
 * host that answers, on a real database and chain.
 */
class PanelIT {

  private static final int PANEL = 9;
  private static final int QUESTIONS = 27;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir private static Path directory;
  private static TestPlatform world;
  private static JavaProgram program;
  private static Bytes32 modelId;
  private static TestHost honest;
  private static TestHost copied;
  private static HikariDataSource database;
  private static ChainClient client;
  private static final List<TestMember> members = new ArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    world = TestPlatform.start(directory);
    modelId = world.community().register();
    List<String> arguments = new ArrayList<>(world.arguments());
    arguments.add("--oml.chain.finality-depth=" + TestMember.FINALITY_DEPTH);
    arguments.add("--oml.prover.panel.poll=200ms");
    arguments.add("--oml.prover.panel.missing-answers=5");
    arguments.add("--oml.prover.panel.questions-per-member=3");
    arguments.add("--oml.prover.panel.covers-per-member=1");
    program =
        JavaProgram.service(
                "prover", "prover-service", "org.oml.prover.ProverApplication", world.port())
            .withArguments(arguments.toArray(String[]::new));
    world.platform().start(program);
    database = world.database();
    client = ChainClient.connect(world.platform().chain().rpcUrl(), Duration.ofSeconds(10));
    ChainRecords records = TestRecords.of(client, world.community().addresses());
    for (int i = 0; i <= PANEL; i++) {
      SigningKey account = SigningKey.random();
      world.platform().chain().fund(account.address().toString(), BigInteger.TEN.pow(20));
      world.community().endow(account.address(), BigInteger.TEN.pow(19));
      members.add(new TestMember(world, account, database, records));
    }
    // Published before the chain's time runs ahead of the clock by which one signs, and long before
    // the blocks that vanish.
    honest = vaultedHost();
    copied = vaultedHost();
    members.forEach(TestMember::start);
    await(() -> members.getFirst().chain.hasProvers());
  }

  @AfterAll
  static void stop() {
    members.forEach(TestMember::close);
    if (database != null) {
      database.close();
      client.close();
    }
    world.close();
  }

  /** The same panels ask a host that has a permit for each answer: nobody is named by that plan. */
  @Test
  void aHostThatSignsNoReceiptsIsConvictedByAPanelAndAnHonestOneIsNot() throws Exception {
    BigInteger before = world.community().balanceOf(world.account.address());
    TestHost host = vaultedHost();
    TestCaller operator = TestCaller.signIn(world.url(), world.operator);
    try (TestGateway gateway = gateway(host, Behaviour.RECEIPTLESS);
        TestGateway honestGateway = gateway(honest, Behaviour.HONEST)) {
      Map<String, String> suspicion = suspicion(honest, honestGateway);
      assertThat(operator.post("/v1/plans", suspicion).problem()).isEqualTo("202");
      assertThat(operator.post("/v1/plans", suspicion).problem())
          .isEqualTo("409 PROVER_PLAN_UNDER_WAY");
      Waiting.ordered(operator, order(host, gateway));
      Bytes32 planId = committed(operator, host);
      Bytes32 other = committed(operator, honest);
      PanelChain chain = members.getFirst().chain;
      PanelChain.Panel panel = panelThatAnswered(planId);
      PanelChain.Panel otherPanel = panelThatAnswered(other);
      assertThat(operator.get("/v1/panels/" + planId).problem())
          .isEqualTo("403 PROVER_PANEL_NOT_YOURS");
      world.community().passUntil(Math.max(panel.answerUntil(), otherPanel.answerUntil()) + 1);
      await(() -> chain.trial(planId).hits() == QUESTIONS);
      long end = otherPanel.revealUntil() + chain.rules().openTime();
      world.community().passUntil(Math.max(chain.trial(planId).rebuttableUntil(), end) + 1);
      JsonNode done = plan(operator, planId, "PAID");
      assertThat(done.required("plan").required("kind").asString()).isEqualTo("N");
      assertThat(done.required("answers").asInt()).isEqualTo(QUESTIONS);
      assertThat(world.community().stakeOf(host))
          .isEqualTo(TestCommunity.STAKE.subtract(TestCommunity.PENALTY));
      await(() -> balance().compareTo(before) > 0);
      assertThat(gateway.texts)
          .filteredOn(text -> text.contains("secret key"))
          .doesNotHaveDuplicates();
      assertThat(plan(operator, other, "EXPIRED").required("answers").asInt()).isEqualTo(QUESTIONS);
      assertThat(world.community().stakeOf(honest)).isEqualTo(TestCommunity.STAKE);
    }
  }

  private static Map<String, String> suspicion(TestHost host, TestGateway gateway) {
    return Map.of(
        "kind", "N", "instanceId", host.instanceId().toString(), "endpoint", gateway.url());
  }

  /**
   * Whatever the plan's prover had done when it died, the next process goes on from there, and what
   * a reorganisation takes away comes again. {@code ./oml soak} kills it seven times.
   */
  @Test
  void aCopyElsewhereIsTracedAlthoughTheProverDiesAndBlocksVanish() throws Exception {
    TestHost host = copied;
    try (TestGateway gateway = gateway(host, Behaviour.RECEIPTLESS)) {
      TestCaller operator = TestCaller.signIn(world.url(), world.operator);
      TestCaller.Answer ordered = operator.post("/v1/plans", traced(host, gateway));
      assertThat(ordered.problem()).isEqualTo("202");
      restartInSoak();
      Bytes32 planId = committed(operator, host);
      PanelChain chain = members.getFirst().chain;
      await(() -> chain.trial(planId).state() == TrialState.COMMITTED);
      world.community().reorganise(2);
      restart();
      await(() -> chain.panel(planId).isDrawn());
      restartInSoak();
      PanelChain.Panel panel = panelThatAnswered(planId);
      restartInSoak();
      world.community().passUntil(panel.answerUntil() + 1);
      await(() -> !chain.attested(planId, 0).isZero());
      world.community().reorganise(2);
      world.community().passUntil(panel.answerUntil() + 1);
      await(() -> chain.trial(planId).state() == TrialState.OPENED);
      restartInSoak();
      await(() -> chain.trial(planId).hits() > 0);
      restart();
      await(() -> chain.trial(planId).hits() == QUESTIONS);
      world.community().passUntil(chain.trial(planId).rebuttableUntil() + 1);
      await(() -> chain.trial(planId).state().compareTo(TrialState.CONVICTED) >= 0);
      restartInSoak();
      JsonNode done = plan(operator, planId, "PAID");
      assertThat(done.required("plan").required("kind").asString()).isEqualTo("T");
      assertThat(world.community().stakeOf(host))
          .isEqualTo(TestCommunity.STAKE.subtract(TestCommunity.PENALTY));
      assertThat(gateway.texts)
          .filteredOn(text -> text.contains("secret key"))
          .hasSize(QUESTIONS)
          .doesNotHaveDuplicates();
    }
  }

  private static void restartInSoak() throws Exception {
    if (Boolean.getBoolean("oml.soak")) {
      restart();
    }
  }

  private static void restart() throws Exception {
    world.platform().supervisor().kill9("prover");
    world.platform().start(program);
  }

  /** A traced copy's questions, each of weight 2, all but one of which must hit. */
  private static Map<String, Object> traced(TestHost host, TestGateway gateway) {
    List<Map<String, Integer>> questions = new ArrayList<>();
    for (int index = 0; index < QUESTIONS; index++) {
      questions.add(Map.of("index", index, "weight", 2));
    }
    Map<String, Object> order = new HashMap<>();
    order.put("kind", "T");
    order.put("instanceId", host.instanceId().toString());
    order.put("endpoint", gateway.url());
    order.put("questions", questions);
    order.put("threshold", 2 * (QUESTIONS - 1));
    return order;
  }

  private static PanelChain.Panel panelThatAnswered(Bytes32 planId) {
    PanelChain chain = members.getFirst().chain;
    await(() -> chain.panel(planId).isDrawn());
    await(
        () ->
            chain.panel(planId).members().stream()
                .allMatch(member -> chain.answers(planId, member).count() == QUESTIONS / PANEL));
    return chain.panel(planId);
  }

  private static Bytes32 committed(TestCaller operator, TestHost host) throws Exception {
    JsonNode all =
        Waiting.until(
            operator, "/v1/plans", found -> find(found, host.instanceId().toString()) != null);
    JsonNode plan = Objects.requireNonNull(find(all, host.instanceId().toString()));
    return Bytes32.parse(plan.required("plan").required("planId").asString());
  }

  private static JsonNode plan(TestCaller operator, Bytes32 planId, String state) throws Exception {
    JsonNode all =
        Waiting.until(
            operator,
            "/v1/plans",
            found -> {
              JsonNode one = find(found, planId.toString());
              return one != null && one.required("plan").required("state").asString().equals(state);
            });
    return Objects.requireNonNull(find(all, planId.toString()));
  }

  private static @Nullable JsonNode find(JsonNode all, String identifier) {
    for (JsonNode one : all.required("plans")) {
      if (one.required("plan").required("planId").asString().equals(identifier)
          || one.required("plan").required("instanceId").asString().equals(identifier)) {
        return one;
      }
    }
    return null;
  }

  private static BigInteger balance() {
    try {
      return world.community().balanceOf(world.account.address());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static TestHost vaultedHost() throws Exception {
    TestHost host = world.community().host(modelId, 48);
    TestCaller worker = TestCaller.signIn(world.url(), world.worker);
    String path = "/v1/vault/instances/" + host.instanceId();
    assertThat(worker.put(path, host.secrets()).problem()).isEqualTo("200");
    return host;
  }

  private static TestGateway gateway(TestHost host, Behaviour behaviour) throws Exception {
    return new TestGateway(host, world.community().domain(), world.permissions(), behaviour);
  }

  private static Map<String, Object> order(TestHost host, TestGateway gateway) {
    Map<String, Object> order = new HashMap<>();
    order.put("instanceId", host.instanceId().toString());
    order.put("endpoint", gateway.url());
    order.put("keys", 6);
    order.put("covers", 2);
    order.put("ofHost", true);
    return order;
  }

  private static void await(BooleanSupplier wanted) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!wanted.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("It did not come.");
      }
      LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
    }
  }
}
