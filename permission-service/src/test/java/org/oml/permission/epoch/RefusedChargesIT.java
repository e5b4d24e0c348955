package org.oml.permission.epoch;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.oml.contracts.binding.PermitLedger;
import org.oml.permission.fixture.Polling;
import org.oml.permission.fixture.RunningService;
import org.oml.permission.fixture.TestCommunity;
import org.oml.permission.fixture.TestHost;
import org.oml.protocol.SigningKey;
import org.oml.servicekit.fixture.TestCaller;
import tools.jackson.databind.JsonNode;

/**
 * A charge that the chain refuses, because the key that acknowledged it was replaced before the
 * acknowledgement came there, is made once more when the host has acknowledged it again, by a
 * service that is killed meanwhile.
 */
final class RefusedChargesIT {

  /** Permits that may be open. */
  private static final int CREDIT = 10;

  private static RunningService service;

  @BeforeAll
  static void start() {
    service = RunningService.startSettling(CREDIT);
  }

  @AfterAll
  static void end() throws Exception {
    service.close();
  }

  @Test
  void whatTheChainRefusedIsChargedOnceItIsAcknowledged() throws Exception {
    TestHost before = service.host(TestCommunity.MINIMUM_STAKE, TestCommunity.price(100));
    TestHost host;
    TestHost other = service.host(TestCommunity.MINIMUM_STAKE, TestCommunity.price(100));
    try (Connection turn = takeTurn()) {
      buy(before, CREDIT);
      service.acknowledge(before, CREDIT);
      buy(before, CREDIT);
      // The chain no longer takes what the old key acknowledged and nobody has carried there yet.
      host = service.replaceKey(before);
      service.awaitRow(
          "select 1 from permit having max(issued_at) + 2 < extract(epoch from now())");
      turn.rollback();
    }
    service.awaitRow("select 1 from epoch_refusal where amount = " + TestCommunity.price(CREDIT));
    assertThat(available(host)).isEqualTo(TestCommunity.price(90));
    String refusedIn = service.row("select epoch from epoch_refusal");
    service.kill(); // it knows from its database alone what is left
    service.startAgain();
    settleAnother(other);
    assertThat(available(host)).isEqualTo(TestCommunity.price(90));
    assertThat(service.row("select count(*) from epoch_charge where carried > 0")).isEqualTo("0");

    service.acknowledge(host, 2 * CREDIT);
    settleAnother(other); // carries the acknowledgement
    settleAnother(other);
    service.awaitRow("select 1 from epoch_charge where carried = " + TestCommunity.price(CREDIT));
    Polling.until("the rest is charged", () -> available(host).equals(TestCommunity.price(80)));
    settleAnother(other);
    settleAnother(other);
    assertThat(available(host)).isEqualTo(TestCommunity.price(80));
    assertThat(
            service.row(
                "select count(*) || ' ' || sum(carried) from epoch_charge where carried > 0"))
        .isEqualTo("1 " + TestCommunity.price(CREDIT));
    assertThat(service.row("select count(*) from epoch_refusal")).isEqualTo("1");
    assertThat(headroom(host)).isEqualTo(TestCommunity.price(CREDIT));
    assertShown(host, refusedIn);
  }

  private static void assertShown(TestHost host, String refusedIn) throws Exception {
    String carriedIn = service.row("select epoch from epoch_charge where carried > 0");
    assertThat(Long.parseLong(carriedIn)).isGreaterThan(Long.parseLong(refusedIn));
    TestCaller auditor = service.caller(service.dashboard());
    JsonNode charges =
        auditor.get("/v1/epochs/" + carriedIn + "/charges").body().required("charges");
    for (JsonNode charge : charges) {
      if (charge.required("host").asString().equals(host.address().toString())) {
        assertThat(charge.required("permits").asString()).isEqualTo("0");
        assertThat(charge.required("amount").asString())
            .isEqualTo(TestCommunity.price(CREDIT).toString());
        assertThat(charge.required("carried").asString())
            .isEqualTo(TestCommunity.price(CREDIT).toString());
        return;
      }
    }
    throw new AssertionError("the host is not charged: " + charges);
  }

  /** An epoch with a permit of another host. */
  private static void settleAnother(TestHost other) throws Exception {
    String before = service.row("select coalesce(max(number), 0) from epoch where count > 0");
    buy(other, 1);
    service.awaitRow(
        "select 1 from epoch where refusals_known and count > 0 and number > " + before);
    acknowledgeAll(other);
  }

  private static void acknowledgeAll(TestHost host) throws Exception {
    JsonNode usage =
        service.caller(host.gatewayKey()).get("/v1/hosts/" + host.address() + "/usage").body();
    service.acknowledge(host, Integer.parseInt(usage.required("permits").asString()));
  }

  private static BigInteger available(TestHost host) throws Exception {
    return balance(host).available;
  }

  private static BigInteger headroom(TestHost host) throws Exception {
    return balance(host).headroom;
  }

  private static PermitLedger.Balance balance(TestHost host) throws Exception {
    return service
        .community()
        .ledger()
        .balanceOf(service.community().modelId().toBytes(), host.address().toString())
        .send();
  }

  private static Connection takeTurn() throws SQLException {
    Connection connection = service.database();
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute("select pg_advisory_xact_lock(" + Turns.LOCK + ")");
    }
    return connection;
  }

  private static void buy(TestHost host, int permits) throws Exception {
    List<String> hashes = new ArrayList<>();
    for (int i = 0; i < permits; i++) {
      hashes.add(SigningKey.random().secret().toString());
    }
    JsonNode answer =
        service
            .caller(host.gatewayKey())
            .post("/v1/permits/batch", Map.of("queryHashes", hashes))
            .body();
    assertThat(answer.required("permits").size()).as(answer.toString()).isEqualTo(permits);
  }
}
