package org.oml.permission.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.math.BigInteger;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.oml.protocol.Address;
import org.oml.protocol.BatchedPermit;
import org.oml.protocol.Bytes32;
import org.oml.protocol.IssuedPermit;
import org.oml.protocol.Keccak;
import org.oml.protocol.Permit;
import org.oml.protocol.SigningDomain;
import org.oml.protocol.SigningKey;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The ledger through the days: parts are added, closed, looked into and taken away. */
final class LedgerPartsIT {

  private static final Duration DAY = Duration.ofDays(1);
  private static final long START = 1_790_000_000L;
  private static final SigningKey SIGNER = SigningKey.of(Keccak.of("signer"));
  private static final SigningDomain DOMAIN = new SigningDomain(BigInteger.ONE, Address.ZERO);
  private static final Account ACCOUNT =
      new Account(SigningKey.of(Keccak.of("host")).address(), Keccak.of("model"));

  private static EmbeddedPostgres postgres;
  private DataSource database;
  private JdbcClient sql;
  private LedgerParts parts;
  private Instant now = Instant.ofEpochSecond(START);

  @BeforeAll
  static void start() throws Exception {
    postgres = EmbeddedPostgres.start();
  }

  @AfterAll
  static void stop() throws Exception {
    postgres.close();
  }

  @BeforeEach
  void makeLedger() throws Exception {
    database = postgres.getPostgresDatabase();
    sql = JdbcClient.create(database);
    LedgerSchema.create(database);
    InstantSource clock = () -> now;
    parts = new LedgerParts(database, DAY, clock);
    parts.ensure(now);
  }

  private void pass(Duration time) throws Exception {
    now = now.plus(time);
    parts.ensure(now);
    parts.closeOld(now);
    parts.learn();
  }

  /** Records a batch at the present time and returns what is on record for it. */
  private List<Line> record(String... queries) throws Exception {
    List<Permit> permits = new ArrayList<>();
    long serial = sql.sql("select nextval('permit_serial')").query(Long.class).single();
    for (int i = 0; i < queries.length; i++) {
      permits.add(permit(queries[i], serial + i));
    }
    List<BatchedPermit> batch =
        BatchedPermit.sign(permits, now.getEpochSecond(), serial, DOMAIN, SIGNER);
    PermitOrder order =
        new PermitOrder(
            ACCOUNT, new PermitOrder.Allowance(BigInteger.TEN, 100), new WholeBatch(batch));
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      List<Line> lines =
          new LedgerTransaction(connection, parts.closedParts(), 0)
              .record(List.of(order))
              .getFirst();
      connection.commit();
      return lines;
    }
  }

  private Permit permit(String query, long serial) {
    long issuedAt = now.getEpochSecond();
    return new Permit(
        ACCOUNT.modelId(),
        Keccak.of("instance"),
        ACCOUNT.host(),
        1,
        Keccak.of(query),
        serial,
        issuedAt,
        issuedAt + 600,
        BigInteger.ONE);
  }

  private record WholeBatch(List<BatchedPermit> permits) implements Draft.Signed {

    @Override
    public int size() {
      return permits.size();
    }

    @Override
    public Permit permit(int place) {
      return permits.get(place).permit();
    }

    @Override
    public List<BatchedPermit> only(List<Integer> places) {
      return places.size() == permits.size() ? permits : List.of();
    }
  }

  @Test
  void thereIsAlwaysAPartForNowAndForThePeriodBehind() throws Exception {
    for (int day = 0; day < 4; day++) {
      assertThat(covers(now)).isTrue();
      assertThat(covers(now.plus(DAY))).isTrue();
      pass(DAY);
    }
    pass(Duration.ofDays(100));
    assertThat(covers(now)).isTrue();
    assertThat(record("after a long sleep")).hasOnlyElementsOfType(Line.Fresh.class);
  }

  private boolean covers(Instant time) {
    return sql.sql("select count(*) from permit_partition where ? >= from_time and ? < until_time")
            .params(time.getEpochSecond(), time.getEpochSecond())
            .query(Integer.class)
            .single()
        == 1;
  }

  @Test
  void aQueryHashIsFoundInAClosedPartAndNoOtherPartIsLookedThrough() throws Exception {
    IssuedPermit first = ((Line.Fresh) record("a", "b", "c").get(1)).permit();
    pass(Duration.ofDays(10));
    assertThat(parts.closedParts().openFrom()).isGreaterThan(START + 86_400);
    assertThat(parts.closedParts().mayHold(keyOf("b"))).isTrue();
    assertThat(parts.closedParts().mayHold(keyOf("never asked"))).isFalse();
    assertThat(record("b"))
        .singleElement()
        .isInstanceOfSatisfying(
            Line.Stored.class,
            stored ->
                assertThat(new Restoration(database).asAnswered(stored.permit())).isEqualTo(first));
    assertThat(count()).isEqualTo(3);
  }

  @Test
  void aClosedPartTakesNoMoreRowsAndLosesNone() throws Exception {
    record("a");
    String part = partOf(START);
    pass(Duration.ofDays(10));
    String row = "insert into " + part + " select * from " + part;
    for (String change : List.of(row, "delete from " + part, "update permit set price = 0")) {
      assertThatThrownBy(() -> sql.sql(change).update())
          .as(change)
          .isInstanceOf(DataAccessException.class)
          .hasMessageContaining("is closed");
    }
    assertThat(count()).isEqualTo(1);
  }

  @Test
  void aClosedPartCanBeTakenAwayAndAnOpenOneCannot() throws Exception {
    record("a");
    String part = partOf(START);
    assertThatThrownBy(() -> detach(part)).hasMessageContaining("is no closed part");
    pass(Duration.ofDays(10));
    detach(part);
    parts.learn();
    assertThat(count()).isZero();
    assertThat(sql.sql("select count(*) from " + part).query(Integer.class).single()).isEqualTo(1);
    assertThat(parts.closedParts().mayHold(keyOf("a"))).isFalse();
    assertThat(record("a")).hasOnlyElementsOfType(Line.Fresh.class);
    assertThat(sql.sql("select permits from host_usage").query(Long.class).single())
        .as("what was counted stays counted")
        .isEqualTo(2);
  }

  private void detach(String part) {
    sql.sql("select detach_permit_partition(?)").param(part).query((row, i) -> "").list();
  }

  @Test
  void bothIssuesAndReadersUseTheIndexesOfTheParts() throws Exception {
    record("a");
    String find =
        "explain "
            + PermitRows.FIND
                .replace("unnest(?::bytea[], ?::bytea[])", "unnest('{}'::bytea[], '{}'::bytea[])")
                .replace(">= ?", ">= " + START)
                .replace("< ?", "< 9000000000");
    try (Connection connection = database.getConnection();
        var statement = connection.createStatement()) {
      statement.execute("set enable_seqscan = off");
      StringBuilder plan = new StringBuilder();
      try (var rows = statement.executeQuery(find)) {
        while (rows.next()) {
          plan.append(rows.getString(1)).append('\n');
        }
      }
      assertThat(plan.toString()).contains("Index Scan").doesNotContain("Seq Scan");
    }
  }

  private PermitKey keyOf(String query) {
    return new PermitKey(Keccak.of(query), ACCOUNT.host());
  }

  private String partOf(long time) {
    return sql.sql("select name from permit_partition where ? >= from_time and ? < until_time")
        .params(time, time)
        .query(String.class)
        .single();
  }

  private long count() {
    return sql.sql("select count(*) from permit").query(Long.class).single();
  }

  @Test
  void aBatchIsPutTogetherAgainAsItWasSigned() throws Exception {
    List<Line> lines = record("a", "b", "c", "d", "e");
    try (PostgresLedger ledger =
        new PostgresLedger(database, new PostgresLedger.Settings(8, 1, DAY), () -> now)) {
      for (Line line : lines) {
        IssuedPermit issued = ((Line.Fresh) line).permit();
        Bytes32 query = issued.permit().queryHash();
        assertThat(ledger.permitsFor(query)).isEqualTo(List.of(issued));
        assertThat(IssuedPermit.parse(issued.encode()).signer(DOMAIN)).isEqualTo(SIGNER.address());
      }
      assertThat(ledger.permitsFor(Bytes32.ZERO)).isEmpty();
    }
  }
}
