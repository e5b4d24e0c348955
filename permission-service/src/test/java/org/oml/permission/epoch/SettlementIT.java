package org.oml.permission.epoch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.oml.permission.fixture.RunningService.ask;

import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.oml.contracts.binding.PermitLedger;
import org.oml.permission.fixture.Polling;
import org.oml.permission.fixture.RunningService;
import org.oml.permission.fixture.TestCommunity;
import org.oml.permission.fixture.TestHost;
import org.oml.permission.fixture.TestMining;
import org.oml.protocol.Bytes32;
import org.oml.protocol.PermitTree;
import org.oml.protocol.SigningKey;
import org.oml.servicekit.fixture.TestCaller;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;

/**
 * Settlement on a real database and chain, by a service that is killed. The first epoch is the
 * first test's.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class SettlementIT {

  private static final BigInteger TEN = TestCommunity.price(10);

  private static RunningService service;

  @BeforeAll
  static void start() {
    service = RunningService.startSettling();
  }

  @AfterAll
  static void end() throws Exception {
    service.close();
  }

  @Test
  @Order(1)
  void anEpochIsPostedAndChargedOnceWheneverTheServiceDies() throws Exception {
    TestHost one = service.host(TestCommunity.MINIMUM_STAKE, TEN);
    TestHost other = service.host(TestCommunity.MINIMUM_STAKE, TEN);
    try (TestMining mining = new TestMining(service.rpcUrl())) {
      try (Connection intents = hold("chain_intent")) {
        try (Connection turn = takeTurn()) {
          buy(one, 3);
          buy(other, 2);
          // Else it would be on its way before the block that is waited for below.
          mining.awaitLaterSecond();
          service.acknowledge(one, 3);
          service.awaitRow(
              "select 1 from permit having max(issued_at) + 2 < extract(epoch from now())");
          turn.rollback();
        }
        service.awaitRow("select 1 from epoch where number = 1 and state = 'CLOSED' and count = 5");
        service.kill(); // after it was closed
        intents.rollback();
      }
      service.startAgain();
      mining.mine(1); // the chain's time is now, later than the acknowledgement's
      mineOnceSent(mining, "ack/%");
      awaitIntent("epoch/%/post/0", "BROADCAST");
      killAndStart(); // after the transaction was sent
      mining.mine(1);
      awaitIntent("epoch/%/post/0", "MINED");
      killAndStart(); // after it was mined, in a block that is not final
      mining.mine(1);
      mineOnceSent(mining, "epoch/%/settle/0-1/0");
      awaitIntent("epoch/%/settle/1-2/0", "BROADCAST");
      assertThat(service.row("select settled from epoch where number = 1")).isEqualTo("1");
      killAndStart(); // between two batches
    }
    try (ConfigurableApplicationContext second = service.another()) {
      assertThat(second.isRunning()).isTrue();
      service.awaitRow("select 1 from epoch where number = 1 and state = 'CHARGED'");
    }
    assertSettledOnce(one, other);
    assertSeenByDashboards(one);
    assertProven(one);
    assertThat(service.row("delete from epoch_node returning 1"))
        .isEqualTo("1"); // an earlier version's
    assertProven(one);
    assertThat(service.row("select count(*) from epoch_node")).isEqualTo("1");
  }

  private static void assertSeenByDashboards(TestHost host) throws Exception {
    TestCaller dashboard = service.caller(service.dashboard());
    JsonNode epoch = dashboard.get("/v1/epochs/recent").body().required("epochs").get(0);
    assertThat(epoch.required("epoch").asString()).isEqualTo("1");
    JsonNode onChain = dashboard.get("/v1/epochs/1/chain").body();
    assertThat(onChain.required("permitRoot")).isEqualTo(epoch.required("permitRoot"));
    assertThat(onChain.required("count").asString()).isEqualTo("5");
    JsonNode usage = dashboard.get("/v1/usage/hours?host=" + host.address()).body();
    assertThat(usage.required("hours").findValuesAsString("permits")).contains("3");
    assertThat(usage.required("open").required("permits").asString()).isEqualTo("0");
    assertThat(dashboard.get("/v1/usage/hours?hours=169").problem())
        .isEqualTo("400 PERMISSION_HOURS_INVALID");
    JsonNode hosts = dashboard.get("/v1/hosts").body().required("hosts");
    assertThat(hosts.get(0).required("host").asString()).isEqualTo(host.address().toString());
    assertThat(hosts.get(0).required("paidIn").asString()).isEqualTo(TEN.toString());
    assertThat(hosts.get(0).required("instances").size()).isEqualTo(1);
    String movements = "/v1/hosts/" + host.address() + "/movements";
    JsonNode moved = dashboard.get(movements).body().required("movements");
    assertThat(moved.findValuesAsString("kind")).contains("stakeDeposited", "balanceDeposited");
    assertThat(moved.findValuesAsString("amount")).contains(TEN.toString());
    JsonNode chain = dashboard.get("/v1/chain").body();
    assertThat(chain.required("readTo").asLong()).isPositive();
    String posted = epoch.required("transaction").asString();
    JsonNode mined = dashboard.get("/v1/chain/transactions/" + posted).body();
    assertThat(mined.required("confirmations").asLong()).isPositive();
    for (String path :
        List.of(
            "/v1/usage/hours",
            "/v1/hosts",
            movements,
            "/v1/chain",
            "/v1/chain/transactions/" + posted)) {
      assertThat(service.caller(host.wallet()).get(path).problem())
          .as(path)
          .isEqualTo("403 PERMISSION_NOT_YOURS");
    }
  }

  private static void assertSettledOnce(TestHost one, TestHost other) throws Exception {
    PermitLedger ledger = service.community().ledger();
    byte[] modelId = service.community().modelId().toBytes();
    assertThat(ledger.balanceOf(modelId, one.address().toString()).send().available)
        .isEqualTo(TestCommunity.price(7));
    assertThat(ledger.balanceOf(modelId, other.address().toString()).send().available)
        .isEqualTo(TestCommunity.price(8));
    assertThat(ledger.acknowledgedBy(modelId, one.address().toString()).send().cumulativeCount)
        .isEqualTo(BigInteger.valueOf(3));
    PermitLedger.Progress progress = ledger.progressOf(modelId).send();
    assertThat(progress.epoch).isEqualTo(BigInteger.ONE);
    assertThat(progress.closed).isTrue();
    // An acknowledgement, an epoch, two charges.
    assertThat(service.community().sentBy(service.operator().address())).isEqualTo(4);
    assertThat(service.row("select count(*) from chain_intent where state = 'FINAL'"))
        .isEqualTo("4");
  }

  private static void assertProven(TestHost host) throws Exception {
    TestCaller caller = service.caller(host.gatewayKey());
    String serial =
        service.row(
            "select serial from permit where host = decode('"
                + host.address().toString().substring(2)
                + "', 'hex') limit 1");
    JsonNode proof = caller.get("/v1/epochs/1/proof/" + serial).body();
    List<Bytes32> path = new ArrayList<>();
    proof.required("path").forEach(node -> path.add(Bytes32.parse(node.asString())));
    JsonNode epoch = proof.required("epoch");
    assertThat(
            PermitTree.root(
                    Bytes32.parse(proof.required("permitHash").asString()),
                    proof.required("index").asInt(),
                    Integer.parseInt(epoch.required("count").asString()),
                    path)
                .toBytes())
        .isEqualTo(
            service
                .community()
                .ledger()
                .epochOf(service.community().modelId().toBytes(), BigInteger.ONE)
                .send()
                .permitRoot);
    assertThat(epoch.required("state").asString()).isEqualTo("CHARGED");
    assertThat(epoch.required("transaction").asString()).startsWith("0x");
    assertThat(epoch.required("postedAt").asLong()).isPositive();
    TestCaller stranger = service.caller(service.host(BigInteger.ONE, BigInteger.ONE).wallet());
    assertThat(stranger.get("/v1/epochs/1/proof/" + serial).problem())
        .isEqualTo("403 PERMISSION_NOT_YOURS");
    assertThat(stranger.get("/v1/epochs/1/permits").problem())
        .isEqualTo("403 PERMISSION_NOT_YOURS");
    assertThat(stranger.get("/v1/epochs/1/charges").problem())
        .isEqualTo("403 PERMISSION_NOT_YOURS");
    assertThat(stranger.get("/v1/epochs/77").problem()).isEqualTo("404 PERMISSION_EPOCH_UNKNOWN");
    assertThat(stranger.get("/v1/epochs/-1").problem()).isEqualTo("404 PERMISSION_EPOCH_UNKNOWN");
  }

  @Test
  @Order(2)
  void whatABalanceDoesNotCoverIsDebtAndTheHostGetsNoPermitsUntilItIsPaid() throws Exception {
    TestHost host = service.host(TestCommunity.MINIMUM_STAKE, TestCommunity.price(4));
    TestCaller caller = service.caller(host.gatewayKey());
    try (Connection held = hold("chain_intent")) {
      buy(host, 4);
      service.community().withdraw(host.wallet(), TestCommunity.price(3));
      service.community().takeOut(host.wallet());
      held.rollback();
    }
    Polling.until(
        "the host is refused",
        () -> ask(caller, query()).problem().equals("402 PERMISSION_HOST_IN_DEBT"));
    service.community().prepay(host.wallet(), TestCommunity.price(5));
    Polling.until("the host is served again", () -> ask(caller, query()).status() == 200);
    assertThat(
            service
                .community()
                .ledger()
                .balanceOf(service.community().modelId().toBytes(), host.address().toString())
                .send()
                .debt)
        .isZero();
  }

  @Test
  @Order(3)
  void nothingIsLostAndNothingChargedTwiceWhereverTheServiceDies() throws Exception {
    new LedgerDeaths(service, service.host(TestCommunity.MINIMUM_STAKE, LedgerDeaths.prepaid()))
        .happen();
  }

  private static void killAndStart() {
    service.kill();
    service.startAgain();
  }

  /** Until a test lets go, the service closes no epoch, so that one holds all that was bought. */
  private static Connection takeTurn() throws SQLException {
    Connection connection = service.database();
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute("select pg_advisory_xact_lock(" + Turns.LOCK + ")");
    }
    return connection;
  }

  /** Until a test lets go, the service can keep no intent. */
  private static Connection hold(String table) throws SQLException {
    Connection connection = service.database();
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute("set search_path = permission");
      statement.execute("lock table " + table + " in exclusive mode");
    }
    return connection;
  }

  /** Into a block, and one on top, which makes it final. */
  private static void mineOnceSent(TestMining mining, String key) throws Exception {
    awaitIntent(key, "BROADCAST");
    mining.mine(2);
    awaitIntent(key, "FINAL");
  }

  private static void awaitIntent(String key, String state) throws Exception {
    Polling.until(key + " is " + state, () -> stateOf(key).equals(state));
  }

  private static String stateOf(String key) throws SQLException {
    return service.row("select state from chain_intent where intent_key like '" + key + "'");
  }

  private static void buy(TestHost host, int permits) throws Exception {
    TestCaller caller = service.caller(host.gatewayKey());
    List<String> hashes = new ArrayList<>();
    for (int i = 0; i < permits; i++) {
      hashes.add(query().toString());
    }
    JsonNode answer = caller.post("/v1/permits/batch", Map.of("queryHashes", hashes)).body();
    assertThat(answer.required("permits").size()).as(answer.toString()).isEqualTo(permits);
  }

  private static Bytes32 query() {
    return SigningKey.random().secret();
  }
}
