package org.oml.prover.panel;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.oml.chain.ChainClient;
import org.oml.chain.dossier.DossierCheck;
import org.oml.chain.dossier.PanelDossierCheck;
import org.oml.contracts.PanelDossier;
import org.oml.platform.fixture.DeathPoint;
import org.oml.platform.fixture.DeathPoint.Where;
import org.oml.platform.process.JavaProgram;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Keccak;
import org.oml.protocol.SigningKey;
import org.oml.protocol.tracing.HitWeights;
import org.oml.prover.Waiting;
import org.oml.prover.fixture.TestCommunity;
import org.oml.prover.fixture.TestGateway;
import org.oml.prover.fixture.TestGateway.Behaviour;
import org.oml.prover.fixture.TestHost;
import org.oml.prover.fixture.TestPlatform;
import org.oml.prover.instance.ChainRecords;
import org.oml.prover.instance.TestRecords;
import org.oml.prover.panel.PanelDeaths.Phase;
import org.oml.servicekit.fixture.TestCaller;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Cases N and T from the audit to the reward: the prover as a process, a panel of nine others, a
 * host that answers, on a real database and chain.
 */
@TestMethodOrder(OrderAnnotation.class)
class PanelIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PANEL = 9;
  private static final int QUESTIONS = 27;
  private static final int TRACED = 20;
  private static final int INNOCENT = 12;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir private static Path directory;
  private static TestPlatform world;
  private static JavaProgram program;
  private static Bytes32 modelId;
  private static TestHost honest;
  private static TestHost copied;
  private static Victim maker;
  private static Victim member;
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
    // Its own plans never draw it: with it, those seated are one more than a panel.
    arguments.add("--oml.prover.panel.seat=true");
    arguments.add("--oml.prover.panel.missing-answers=5");
    arguments.add("--oml.prover.panel.questions-per-member=3");
    arguments.add("--oml.prover.panel.covers-per-member=1");
    program =
        JavaProgram.service(
                "prover", "prover-service", "org.oml.prover.ProverApplication", world.port())
            .withArguments(arguments.toArray(String[]::new));
    world.platform().start(program);
    maker = new Victim("prover", program, where -> world.deathAt(where));
    database = world.database();
    client = ChainClient.connect(world.platform().chain().rpcUrl(), Duration.ofSeconds(10));
    ChainRecords records = TestRecords.of(client, world.community().addresses());
    for (int i = 0; i < PANEL - 1; i++) {
      members.add(new TestMember(world, prover(), database, records));
    }
    int port = freePort();
    List<String> memberArguments = new ArrayList<>(world.memberArguments(port, prover()));
    memberArguments.add("--oml.chain.finality-depth=" + TestMember.FINALITY_DEPTH);
    memberArguments.add("--oml.prover.panel.poll=200ms");
    JavaProgram memberProgram =
        JavaProgram.service(
                "prover-member", "prover-service", "org.oml.prover.ProverApplication", port)
            .withArguments(memberArguments.toArray(String[]::new));
    world.platform().start(memberProgram);
    member = new Victim("prover-member", memberProgram, where -> world.memberDeathAt(where));
    // Published before the chain's time runs ahead of the clock by which one signs, and long before
    // the blocks that vanish.
    honest = vaultedHost();
    copied = codedHosts();
    members.forEach(TestMember::start);
    await(() -> members.getFirst().chain.hasProvers());
  }

  private static SigningKey prover() throws Exception {
    SigningKey account = SigningKey.random();
    world.platform().chain().fund(account.address().toString(), BigInteger.TEN.pow(20));
    world.community().endow(account.address(), BigInteger.TEN.pow(19));
    return account;
  }

  private static int freePort() throws Exception {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
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

  /**
   * The same panels ask a host that has a permit for each answer: nobody is named by that plan. One
   * of its members does not reveal what it committed to, and loses its seat: the last test, for too
   * few are left. Plan's prover and a member die on the way, at two of all points in a build.
   */
  @Test
  @Order(2)
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
      PanelDeaths deaths = PanelDeaths.drawn(host.instanceId());
      maker.doom(deaths.of(Phase.MAKER_PLANS));
      member.doom(deaths.of(Phase.MEMBER_ASKS));
      Waiting.ordered(operator, order(host, gateway));
      maker.die();
      member.die();
      Bytes32 planId = committed(operator, host);
      Bytes32 other = committed(operator, honest);
      PanelChain chain = members.getFirst().chain;
      PanelChain.Panel panel = panelThatAnswered(planId);
      PanelChain.Panel otherPanel = panelThatAnswered(other);
      assertThat(operator.get("/v1/panels/" + planId).problem())
          .isEqualTo("403 PROVER_PANEL_NOT_YOURS");
      TestMember silent = members.getFirst();
      silent.fallSilent(other);
      maker.doom(deaths.of(Phase.MAKER_COLLECTS_ANSWERS));
      member.doom(deaths.of(Phase.MEMBER_REVEALS));
      world.community().passUntil(Math.max(panel.answerUntil(), otherPanel.answerUntil()) + 1);
      maker.die();
      maker.doom(deaths.of(Phase.MAKER_OPENS));
      member.die();
      maker.die();
      await(() -> chain.trial(planId).hits() == QUESTIONS);
      requireSound(dossier(operator, planId));
      assertThat(operator.get("/v1/plans/" + planUuid(operator, other) + "/dossier").problem())
          .isEqualTo("409 PROVER_DOSSIER_UNKNOWN");
      long end = otherPanel.revealUntil() + chain.rules().openTime();
      maker.doom(deaths.of(Phase.MAKER_IS_PAID));
      member.doom(deaths.of(Phase.MEMBER_IS_PAID));
      world.community().passUntil(Math.max(chain.trial(planId).rebuttableUntil(), end) + 1);
      maker.die();
      member.die();
      JsonNode done = plan(operator, planId, "PAID");
      assertThat(done.required("plan").required("kind").asString()).isEqualTo("N");
      assertThat(done.required("answers").asInt()).isEqualTo(QUESTIONS);
      assertThat(world.community().stakeOf(host))
          .isEqualTo(TestCommunity.STAKE.subtract(TestCommunity.PENALTY));
      await(() -> balance().compareTo(before) > 0);
      assertThat(plan(operator, other, "EXPIRED").required("answers").asInt())
          .isEqualTo(QUESTIONS - QUESTIONS / PANEL);
      await(() -> chain.answers(other, silent.account.address()).punished());
      requireCourse(operator, planId);
      PanelDossier dossier = dossier(operator, planId);
      requireSound(dossier);
      requireNothingCanBeChanged(dossier);
      assertThat(world.community().stakeOf(honest)).isEqualTo(TestCommunity.STAKE);
    }
  }

  private static String planUuid(TestCaller operator, Bytes32 planId) throws Exception {
    JsonNode all = operator.get("/v1/plans").body();
    return Objects.requireNonNull(find(all, planId.toString()))
        .required("plan")
        .required("planUuid")
        .asString();
  }

  /** A plan that ended is told with a time for each step, in their order, and what each did. */
  private static void requireCourse(TestCaller operator, Bytes32 planId) throws Exception {
    JsonNode course =
        Waiting.until(
                operator,
                "/v1/plans/" + planUuid(operator, planId),
                found -> steps(found.required("course")).contains("DECIDE")) // in a final block
            .required("course");
    List<Long> times =
        Stream.of("committedAt", "drawnAt", "answerUntil", "revealUntil", "openUntil")
            .map(step -> course.required(step).asLong())
            .toList();
    assertThat(times).isSorted().allMatch(time -> time > 0).doesNotHaveDuplicates();
    assertThat(course.required("rebuttableUntil").asLong()).isGreaterThan(times.get(2));
    assertThat(course.required("decidedAt").asLong())
        .isGreaterThan(course.required("rebuttableUntil").asLong());
    assertThat(course.required("hits").asInt()).isEqualTo(QUESTIONS);
    assertThat(course.required("members")).hasSize(PANEL);
    for (JsonNode member : course.required("members")) {
      assertThat(member.required("committedAt").asLong()).isBetween(times.get(1), times.get(2));
      assertThat(member.required("answers").asInt()).isEqualTo(QUESTIONS / PANEL);
      assertThat(member.required("revealed")).isEqualTo(member.required("answers"));
      assertThat(member.required("punished").asBoolean()).isFalse();
    }
    List<String> steps = steps(course);
    assertThat(steps)
        .startsWith("COMMIT", "DRAW", "ANSWER")
        .containsOnlyOnce("COMMIT", "DRAW", "OPEN", "DECIDE")
        .doesNotContain("REBUT", "EXPIRE", "STOP", "SILENCE");
    assertThat(Collections.frequency(steps, "ANSWER")).isEqualTo(PANEL);
    assertThat(Collections.frequency(steps, "REVEAL")).isEqualTo(QUESTIONS);
    assertThat(Collections.frequency(steps, "ASK")).isEqualTo(QUESTIONS);
    for (JsonNode event : course.required("events")) {
      assertThat(Bytes32.parse(event.required("hash").asString())).isNotNull();
      assertThat(event.required("block").asLong()).isBetween(1L, course.required("head").asLong());
    }
  }

  private static List<String> steps(JsonNode course) {
    return course.required("events").findValuesAsString("step");
  }

  private static PanelDossier dossier(TestCaller operator, Bytes32 planId) throws Exception {
    String path = "/v1/plans/" + planUuid(operator, planId) + "/dossier";
    TestCaller worker = TestCaller.signIn(world.url(), world.worker);
    assertThat(worker.get(path).problem()).isEqualTo("403 PROVER_NOT_ALLOWED");
    TestCaller.Answer answer = operator.get(path);
    assertThat(answer.problem()).isEqualTo("200");
    return PanelDossier.read(JSON.writeValueAsBytes(answer.body()));
  }

  private static List<DossierCheck.Finding> check(PanelDossier dossier) {
    return new PanelDossierCheck(client, world.community().addresses()).check(dossier);
  }

  private static void requireSound(PanelDossier dossier) {
    assertThat(check(PanelDossier.read(dossier.write())))
        .isNotEmpty()
        .allMatch(DossierCheck.Finding::holds);
    assertThat(dossier.answers()).hasSize(QUESTIONS).allMatch(answer -> answer.opening() != null);
  }

  /** Whatever is changed in it, a dossier does not hold any more. */
  private static void requireNothingCanBeChanged(PanelDossier dossier) {
    ObjectNode sound = (ObjectNode) JSON.readTree(dossier.write());
    String hash = Keccak.of("tampered").toString();
    String account = world.worker.address().toString();
    Map<String, Object> changes = new HashMap<>();
    for (String path :
        List.of(
            "/modelId",
            "/instanceId",
            "/planId",
            "/nonce",
            "/questions/0/leaf",
            "/answers/3/keyHash",
            "/answers/3/opening/leafSalt",
            "/answers/3/opening/leafProof/0",
            "/transactions/0/hash",
            "/transactions/1/blockHash")) {
      changes.put(path, hash);
    }
    for (String path : List.of("/court", "/prover", "/host", "/members/2", "/answers/3/member")) {
      changes.put(path, account);
    }
    changes.put("/kind", "T");
    changes.put("/chainId", "7");
    changes.put("/target", "http://elsewhere.invalid");
    changes.put("/threshold", 1);
    changes.put("/questions/0/weight", 2);
    changes.put("/answers/3/place", 4);
    changes.put("/answers/3/answer", "something else");
    changes.put("/answers/3/askedAt", 1);
    changes.put("/answers/3/answeredAt", 1L << 40);
    changes.put("/answers/3/missingReceipt", false);
    changes.put("/answers/3/signature", dossier.answers().getFirst().signature());
    PanelDossier.Opening opening = Objects.requireNonNull(dossier.answers().get(3).opening());
    changes.put("/answers/3/opening/index", opening.index() + 1);
    changes.put("/answers/3/opening/key", "another key");
    changes.put("/answers/3/opening/response", "another response");
    changes.put("/answers/3/opening", null);
    changes.put("/answers", List.of());
    changes.put("/members", List.of());
    changes.put("/transactions", List.of());
    changes.put("/transactions/0/blockNumber", 1);
    changes.forEach(
        (path, value) -> {
          ObjectNode altered = sound.deepCopy();
          int slash = path.lastIndexOf('/');
          JsonNode parent = altered.at(path.substring(0, slash));
          JsonNode node = JSON.valueToTree(value);
          switch (parent) {
            case ObjectNode object -> object.set(path.substring(slash + 1), node);
            case ArrayNode array -> array.set(Integer.parseInt(path.substring(slash + 1)), node);
            default -> throw new AssertionError("There is no " + path);
          }
          assertThat(check(PanelDossier.read(JSON.writeValueAsBytes(altered))))
              .as(path)
              .anyMatch(finding -> !finding.holds());
        });
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
  @Order(1)
  void aCopyElsewhereIsTracedAlthoughTheProverDiesAndBlocksVanish() throws Exception {
    TestHost host = copied;
    try (TestGateway gateway = gateway(host, Behaviour.RECEIPTLESS)) {
      TestCaller operator = TestCaller.signIn(world.url(), world.operator);
      trace(operator, gateway);
      TestCaller.Answer ordered =
          operator.post(
              "/v1/plans",
              Map.of(
                  "kind", "T",
                  "instanceId", host.instanceId().toString(),
                  "endpoint", gateway.url()));
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
      restartInSoak();
      await(() -> chain.trial(planId).hits() == QUESTIONS);
      world.community().passUntil(chain.trial(planId).rebuttableUntil() + 1);
      await(() -> chain.trial(planId).state().compareTo(TrialState.CONVICTED) >= 0);
      restartInSoak();
      JsonNode done = plan(operator, planId, "PAID");
      assertThat(done.required("plan").required("kind").asString()).isEqualTo("T");
      assertThat(done.required("plan").required("threshold").asInt()).isGreaterThan(QUESTIONS);
      assertThat(world.community().stakeOf(host))
          .isEqualTo(TestCommunity.STAKE.subtract(TestCommunity.PENALTY));
      assertThat(gateway.texts)
          .filteredOn(text -> text.contains("secret key"))
          .hasSize(TRACED + QUESTIONS)
          .doesNotHaveDuplicates();
    }
  }

  /** Commitment and reveal of a case R lose the blocks that they stood in. */
  @Test
  @Order(0)
  void aCaseRSurvivesThatItsBlocksVanish() throws Exception {
    TestHost host = vaultedHost();
    TestCaller operator = TestCaller.signIn(world.url(), world.operator);
    try (TestGateway gateway = gateway(host, Behaviour.FREELOADING)) {
      String audit = "/v1/audits/" + Waiting.ordered(operator, order(host, gateway));
      String found =
          Waiting.until(operator, audit, one -> one.hasNonNull("caseId"))
              .required("caseId")
              .asString();
      String path = "/v1/cases/" + found;
      vanish(operator, path, "COMMIT");
      vanish(operator, path, "REVEAL");
      JsonNode ended = Waiting.until(operator, path, one -> one.required("paid").asBoolean());
      assertThat(ended.required("state").asString()).isEqualTo("CONVICTED");
      assertThat(world.community().stakeOf(host))
          .isEqualTo(TestCommunity.STAKE.subtract(TestCommunity.PENALTY));
    }
  }

  /** Takes back the block that a step's transaction came into, and the one before. */
  private static void vanish(TestCaller operator, String path, String step) throws Exception {
    Waiting.until(
        operator,
        path,
        one ->
            one.required("transactions")
                .valueStream()
                .anyMatch(sent -> sent.required("step").asString().equals(step)));
    PanelChain chain = members.getFirst().chain;
    long seen = chain.head().number();
    await(() -> chain.head().number() > seen);
    world.community().reorganise(2);
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

  /**
   * Names the host whose copy it is among all that share its keys, before the panel asks others.
   */
  private static void trace(TestCaller operator, TestGateway gateway) throws Exception {
    Map<String, Object> order =
        Map.of("endpoint", gateway.url() + "/v1", "keys", TRACED, "covers", 4);
    TestCaller.Answer ordered = operator.post("/v1/traces", order);
    assertThat(ordered.problem()).isEqualTo("202");
    String path = "/v1/traces/" + ordered.body().required("traceId").asString();
    JsonNode trace =
        Waiting.until(operator, path, found -> found.required("state").asString().equals("DONE"));
    assertThat(trace.required("verdict").asString()).isEqualTo("TRACED");
    assertThat(trace.required("instances").asInt()).isEqualTo(1 + INNOCENT);
    assertThat(trace.required("answered").asInt()).isEqualTo(TRACED);
    assertThat(trace.required("falseAccusation").asDouble()).isEqualTo(0.005);
    for (JsonNode suspect : trace.required("suspects")) {
      boolean guilty =
          suspect.required("instanceId").asString().equals(copied.instanceId().toString());
      assertThat(suspect.required("named").asBoolean()).isEqualTo(guilty);
    }
    assertThat(TestCaller.signIn(world.url(), world.worker).get(path).problem())
        .isEqualTo("403 PROVER_NOT_ALLOWED");
  }

  /**
   * A host whose instance shares its keys with others that are in the vault. Its symbols are rarer
   * than most instances': so few questions as a build has time for would not convict another.
   */
  private static TestHost codedHosts() throws Exception {
    Bytes32 secret = SigningKey.random().secret();
    TestHost host;
    do {
      host = coded(secret);
    } while (weight(host) < 29 * host.keys());
    vaulted(world.community().settle(host));
    for (int i = 0; i < INNOCENT; i++) {
      vaulted(coded(secret));
    }
    return host;
  }

  private static TestHost coded(Bytes32 secret) {
    return world.community().accept(modelId, TRACED + QUESTIONS).ofCode(secret);
  }

  private static int weight(TestHost host) {
    HitWeights weights = new HitWeights(host.code());
    return IntStream.range(0, host.keys())
        .map(position -> weights.of(position, host.instanceId()))
        .sum();
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
    vaulted(host);
    return host;
  }

  private static void vaulted(TestHost host) throws Exception {
    TestCaller worker = TestCaller.signIn(world.url(), world.worker);
    String path = "/v1/vault/instances/" + host.instanceId();
    assertThat(worker.put(path, host.secrets()).problem()).isEqualTo("200");
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

  /** A process that dies at points, one after the other, and comes back after each. */
  private static final class Victim {

    private final String name;
    private final JavaProgram program;
    private final Points points;
    private final Deque<Where> ahead = new ArrayDeque<>();
    private @Nullable DeathPoint next;
    private boolean isWritten;

    Victim(String name, JavaProgram program, Points points) {
      this.name = name;
      this.program = program;
      this.points = points;
    }

    @FunctionalInterface
    private interface Points {

      DeathPoint at(Where where) throws Exception;
    }

    /** Prepares its deaths. */
    void doom(List<Where> wanted) throws Exception {
      ahead.addAll(wanted);
      prepare();
    }

    private void prepare() throws Exception {
      Where first = ahead.poll();
      next = first == null ? null : points.at(first);
    }

    /** Dies at each point, with the row written behind its back, and not, by turns. */
    void die() throws Exception {
      while (next != null) {
        try (DeathPoint point = next) {
          point.killAt(() -> world.platform().supervisor().kill9(name), isWritten);
        }
        isWritten = !isWritten;
        prepare();
        world.platform().start(program);
      }
    }
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
