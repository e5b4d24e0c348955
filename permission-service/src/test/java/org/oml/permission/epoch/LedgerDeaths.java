package org.oml.permission.epoch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.oml.permission.fixture.RunningService.ask;

import java.io.IOException;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.oml.contracts.binding.PermitLedger;
import org.oml.permission.fixture.Polling;
import org.oml.permission.fixture.RunningService;
import org.oml.permission.fixture.TestCommunity;
import org.oml.permission.fixture.TestHost;
import org.oml.platform.fixture.DeathPoint;
import org.oml.platform.fixture.DeathPoint.Where;
import org.oml.platform.fixture.Deaths;
import org.oml.protocol.Bytes32;
import org.oml.protocol.SigningKey;
import org.oml.servicekit.fixture.TestCaller;

/**
 * Where the service can die while it records permits, sells blank ones, keeps acknowledgements and
 * lookups, and settles an epoch: at each row that it writes, and at the end of the transactions
 * after which somebody is answered. Two of the points in a build, all under {@code ./oml soak}.
 */
final class LedgerDeaths {

  private static final int IN_A_BUILD = 2;
  private static final int AT_A_TIME = 4;

  /** What is asked of the service when it dies. */
  private enum Deed {
    PERMITS,
    BLANKS,
    ACKNOWLEDGEMENT,
    LOOKUP,
    EPOCH
  }

  private record Death(Deed deed, Where where) {}

  private static final List<Death> ALL =
      Stream.of(
              of(
                  Deed.PERMITS,
                  new Where("permit", "true"),
                  new Where("host_usage", "true"),
                  new Where("host_month", "true"),
                  Where.atCommit("host_usage", "true")),
              of(
                  Deed.BLANKS,
                  new Where("blank_purchase", "true"),
                  Where.atCommit("blank_purchase", "true")),
              of(
                  Deed.ACKNOWLEDGEMENT,
                  new Where("host_usage", "new.acknowledged_at > new.carried_at"),
                  Where.atCommit("host_usage", "new.acknowledged_at > new.carried_at")),
              of(
                  Deed.LOOKUP,
                  new Where("permit_lookup", "true"),
                  Where.atCommit("permit_lookup", "true")),
              of(
                  Deed.EPOCH,
                  Where.atCommit("epoch_fence", "new.until_time > new.cut_until"),
                  new Where("epoch", "new.state = 'CLOSED'"),
                  new Where("epoch_charge", "true"),
                  new Where("epoch_node", "true"),
                  Where.atCommit("epoch_node", "true"),
                  new Where("chain_intent", "new.intent_key like 'ack/%'"),
                  new Where("host_usage", "new.carried_at = new.acknowledged_at"),
                  new Where("chain_intent", "new.intent_key like 'epoch/%/post/%'"),
                  new Where("chain_attempt", "true"),
                  new Where("epoch", "new.state = 'POSTED'"),
                  Where.atCommit("epoch", "new.state = 'POSTED'"),
                  new Where("chain_intent", "new.intent_key like 'epoch/%/settle/%'"),
                  new Where("epoch", "new.settled > 0"),
                  Where.atCommit("epoch", "new.settled > 0"),
                  new Where("epoch", "new.refusals_known")))
          .flatMap(deaths -> deaths)
          .toList();

  private static Stream<Death> of(Deed deed, Where... points) {
    return Stream.of(points).map(point -> new Death(deed, point));
  }

  private final RunningService service;
  private final TestHost host;
  private TestCaller gateway;
  private TestCaller prover;
  private final Map<Bytes32, String> answered = new ConcurrentHashMap<>();

  /** Whether what was held up is written behind the dead service's back: by turns, or both. */
  private boolean isWritten;

  /**
   * @param host that buys and acknowledges, and has bought nothing yet
   */
  LedgerDeaths(RunningService service, TestHost host) throws Exception {
    this.service = service;
    this.host = host;
    this.gateway = service.caller(host.gatewayKey());
    this.prover = service.caller(service.prover());
  }

  /** Lets the service die at the points, and asks everything again after each. */
  void happen() throws Exception {
    for (Death death : Deaths.drawn(ALL, IN_A_BUILD)) {
      happen(death);
      isWritten = !isWritten;
      if (Boolean.getBoolean("oml.soak")) {
        happen(death);
        isWritten = !isWritten;
      }
    }
    buy(1);
    awaitSettled();
    assertThatNothingIsLostAndNothingChargedTwice();
  }

  private void happen(Death death) throws Exception {
    // Neither permits nor tokens live as long as this goes on.
    answered.clear();
    gateway = service.caller(host.gatewayKey());
    prover = service.caller(service.prover());
    buy(AT_A_TIME);
    switch (death.deed()) {
      case PERMITS -> diePerforming(death.where(), drawn(AT_A_TIME).map(this::asking).toList());
      case BLANKS -> dieSellingBlanks(death.where());
      case ACKNOWLEDGEMENT -> dieAcknowledging(death.where());
      case LOOKUP -> dieLookingUp(death.where());
      case EPOCH -> dieSettling(death.where());
    }
    for (Map.Entry<Bytes32, String> before : answered.entrySet()) {
      TestCaller.Answer again = ask(gateway, before.getKey());
      assertThat(again.body().required("permit").asString()).isEqualTo(before.getValue());
    }
    assertThat(service.row("select sum(permits) from host_usage"))
        .isEqualTo(service.row("select count(*) from permit"))
        .isEqualTo(service.row("select sum(permits) from host_month"));
  }

  /** A call of somebody who may never hear of it. */
  private interface Call {
    void send() throws Exception;
  }

  private Call asking(Bytes32 queryHash) {
    return () -> keep(queryHash, ask(gateway, queryHash));
  }

  private void keep(Bytes32 queryHash, TestCaller.Answer answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    answered.put(queryHash, answer.body().required("permit").asString());
  }

  /** The calls are under way when the service dies, and are sent again when it lives again. */
  private void diePerforming(Where where, List<? extends Call> calls) throws Exception {
    try (DeathPoint point = DeathPoint.at(service.database(), where, 1)) {
      calls.forEach(LedgerDeaths::sendInVain);
      point.killAt(service::kill, isWritten);
    }
    service.startAgain();
    for (Call call : calls) {
      call.send();
    }
  }

  private static void sendInVain(Call call) {
    Thread.startVirtualThread(
        () -> {
          try {
            call.send();
          } catch (IOException e) {
            // Nobody is told anything by a service that died.
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private void dieSellingBlanks(Where where) throws Exception {
    Bytes32 requestId = SigningKey.random().secret();
    List<String> sold = new ArrayList<>();
    Call purchase =
        () -> {
          TestCaller.Answer answer =
              gateway.post(
                  "/v1/permits/blank", Map.of("requestId", requestId.toString(), "count", 2));
          assertThat(answer.status()).as(answer.text()).isEqualTo(200);
          sold.add(answer.body().required("permits").toString());
        };
    diePerforming(where, List.of(purchase));
    purchase.send();
    assertThat(sold).hasSizeGreaterThanOrEqualTo(2).containsOnly(sold.getFirst());
  }

  private void dieAcknowledging(Where where) throws Exception {
    int had = permits();
    diePerforming(where, List.of(() -> service.acknowledge(host, had)));
    assertThat(ofHost("acknowledged_permits")).isEqualTo(had);
  }

  private void dieLookingUp(Where where) throws Exception {
    Bytes32 queryHash = answered.keySet().iterator().next();
    String row =
        "select sum(permits) from permit_lookup where query_hash = decode('%s', 'hex')"
            .formatted(queryHash.toString().substring(2));
    diePerforming(
        where,
        List.of(
            () -> {
              assertThat(prover.get("/v1/permits/" + queryHash).status()).isEqualTo(200);
              // Whoever was answered stands in the log.
              assertThat(service.row(row)).isEqualTo("1");
            }));
  }

  /** An epoch with permits that are acknowledged, from its end to what the chain refused of it. */
  private void dieSettling(Where where) throws Exception {
    awaitSettled();
    try (Connection turn = service.database()) {
      turn.setAutoCommit(false);
      try (Statement statement = turn.createStatement()) {
        statement.execute("select pg_advisory_xact_lock(" + Turns.LOCK + ")");
      }
      buy(1);
      service.acknowledge(host, permits());
      try (DeathPoint point = DeathPoint.at(service.database(), where, 1)) {
        turn.rollback();
        point.killAt(service::kill, isWritten);
      }
    }
    service.startAgain();
    awaitSettled();
  }

  private void awaitSettled() throws Exception {
    service.awaitRow(
        """
        select 1 where not exists (select from epoch where not refusals_known)
          and (select sum(count) from epoch) = (select count(*) from permit)
        """);
  }

  private void buy(int permits) throws Exception {
    for (Bytes32 queryHash : drawn(permits).toList()) {
      keep(queryHash, ask(gateway, queryHash));
    }
  }

  private static Stream<Bytes32> drawn(int count) {
    return IntStream.range(0, count).mapToObj(i -> SigningKey.random().secret());
  }

  private int permits() throws Exception {
    return ofHost("permits");
  }

  private int ofHost(String column) throws Exception {
    return Integer.parseInt(
        service.row(
            "select %s from host_usage where host = decode('%s', 'hex')"
                .formatted(column, host.address().toString().substring(2))));
  }

  private void assertThatNothingIsLostAndNothingChargedTwice() throws Exception {
    PermitLedger ledger = service.community().ledger();
    byte[] modelId = service.community().modelId().toBytes();
    PermitLedger.Balance balance = ledger.balanceOf(modelId, host.address().toString()).send();
    BigInteger paid = TestCommunity.price(permits());
    assertThat(balance.available).isEqualTo(prepaid().subtract(paid));
    Map<Long, String> roots = new TreeMap<>();
    try (Connection connection = service.database();
        Statement statement = connection.createStatement();
        var row = statement.executeQuery("select number, encode(permit_root, 'hex') from epoch")) {
      while (row.next()) {
        roots.put(row.getLong(1), "0x" + row.getString(2));
      }
    }
    for (Map.Entry<Long, String> root : roots.entrySet()) {
      PermitLedger.Epoch posted = ledger.epochOf(modelId, BigInteger.valueOf(root.getKey())).send();
      assertThat(Bytes32.of(posted.permitRoot)).hasToString(root.getValue());
    }
    Polling.until(
        "each transaction was sent once",
        () ->
            Objects.equals(
                Long.toString(service.community().sentBy(service.operator().address())),
                service.row("select count(*) from chain_intent where state = 'FINAL'")));
  }

  /** What the host paid in. */
  static BigInteger prepaid() {
    return TestCommunity.price(10_000);
  }
}
