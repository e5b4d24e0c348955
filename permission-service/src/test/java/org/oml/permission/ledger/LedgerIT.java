package org.oml.permission.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.oml.permission.PermissionError;
import org.oml.permission.signer.JointPress;
import org.oml.permission.signer.PermitSigner;
import org.oml.protocol.Address;
import org.oml.protocol.BatchedPermit;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.IssuedPermit;
import org.oml.protocol.Keccak;
import org.oml.protocol.Permit;
import org.oml.protocol.Signature;
import org.oml.protocol.SignedPermit;
import org.oml.protocol.SigningDomain;
import org.oml.protocol.SigningKey;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Two ledgers on one PostgreSQL, as two processes of the service would be. */
final class LedgerIT {

  private static final BigInteger PRICE = BigInteger.valueOf(7);
  private static final SigningKey SIGNER = SigningKey.of(Keccak.of("signer"));
  private static final SigningDomain DOMAIN = new SigningDomain(BigInteger.ONE, Address.ZERO);
  private static final int HOSTS = 4;
  private static final int MODELS = 2;
  private static final int QUERIES = 400;
  private static final int CALLS = 2_000;
  private static final int CALLERS = 64;

  private static EmbeddedPostgres postgres;
  private DataSource database;
  private JdbcClient sql;

  @BeforeAll
  static void start() throws Exception {
    postgres = EmbeddedPostgres.start();
  }

  @AfterAll
  static void stop() throws Exception {
    postgres.close();
  }

  @BeforeEach
  void makeTables() throws Exception {
    database = postgres.getPostgresDatabase();
    sql = JdbcClient.create(database);
    LedgerSchema.create(database);
  }

  /** Permits are issued from a thousand seconds after 1970 on here. */
  private PostgresLedger ledger(int groupSize, int writers) {
    return new PostgresLedger(
        database,
        new PostgresLedger.Settings(groupSize, writers, Duration.ofDays(1)),
        InstantSource.fixed(Instant.ofEpochSecond(1_000)));
  }

  /** Records one permit, or throws why there is none. */
  private static IssuedPermit record(
      PostgresLedger ledger, SignedPermit permit, BigInteger prepaid) {
    return record(ledger, new OnePermit(permit), prepaid);
  }

  private static IssuedPermit record(PostgresLedger ledger, Draft draft, BigInteger prepaid) {
    org.oml.permission.ledger.Account account =
        org.oml.permission.ledger.Account.of(draft.permit(0));
    PermitOrder.Allowance allowance = new PermitOrder.Allowance(prepaid, 1_000_000);
    List<Entry> entries = ledger.record(new PermitOrder(account, allowance, draft));
    return switch (entries.getFirst()) {
      case Entry.Recorded(IssuedPermit recorded) -> recorded;
      case Entry.Refused(PermissionError reason, String detail) ->
          throw new CodedException(reason, detail);
    };
  }

  private record OnePermit(SignedPermit permit) implements Draft.Signed {

    @Override
    public int size() {
      return 1;
    }

    @Override
    public Permit permit(int place) {
      return permit.permit();
    }

    @Override
    public List<SignedPermit> only(List<Integer> places) {
      return places.stream().map(place -> permit).toList();
    }
  }

  private record Account(int host, int model) {}

  private record Call(
      int ledger, Account account, int query, boolean alone, boolean breaksConnections) {}

  /**
   * Whatever comes at the same time, in which groups, at which process, while connections break:
   * what is answered is on record once and as it was answered, and nobody spends more than was paid
   * in.
   */
  @Test
  void recordsEachAnsweredPermitOnceAndNeverOverdrawsABalance() throws Exception {
    List<Call> calls = calls(new Random(42));
    Map<Account, BigInteger> prepaid = new HashMap<>();
    for (int i = 0; i < HOSTS * MODELS; i++) {
      // From nothing to more than is asked for.
      prepaid.put(
          new Account(i % HOSTS, i / HOSTS),
          PRICE.multiply(BigInteger.valueOf(12L * i)).add(BigInteger.TWO));
    }
    List<IssuedPermit> answered = Collections.synchronizedList(new ArrayList<>());
    List<CodedException> refused = Collections.synchronizedList(new ArrayList<>());
    try (PostgresLedger first = ledger(16, 1);
        PostgresLedger second = ledger(1024, 3);
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS)) {
      List<Future<?>> running = new ArrayList<>();
      for (Call call : calls) {
        running.add(
            callers.submit(
                () -> {
                  if (call.breaksConnections()) {
                    breakConnections();
                  }
                  PostgresLedger ledger = call.ledger() == 0 ? first : second;
                  try {
                    BigInteger paid = Objects.requireNonNull(prepaid.get(call.account()));
                    answered.add(record(ledger, draft(ledger, call), paid));
                  } catch (CodedException e) {
                    refused.add(e);
                  }
                  return null;
                }));
      }
      for (Future<?> call : running) {
        call.get();
      }
    }

    assertThat(answered).hasSizeGreaterThan(CALLS / 4);
    assertThat(refused).anyMatch(e -> e.code() == PermissionError.BALANCE_TOO_SMALL);
    Map<PermitKey, IssuedPermit> recorded = recorded();
    answered.forEach(
        permit -> assertThat(recorded.get(PermitKey.of(permit.permit()))).isEqualTo(permit));
    assertThat(answered).hasAtLeastOneElementOfType(BatchedPermit.class);
    assertThat(answered).allMatch(permit -> permit.signer(DOMAIN).equals(SIGNER.address()));
    requireDistinctSerials(recorded);
    requireSound(recorded, prepaid);
  }

  private static List<Call> calls(Random random) {
    List<Call> calls = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      Account account = new Account(random.nextInt(HOSTS), random.nextInt(MODELS));
      calls.add(
          new Call(
              random.nextInt(2),
              account,
              random.nextInt(QUERIES),
              random.nextBoolean(),
              i % 200 == 199));
    }
    return calls;
  }

  /** What a database does that is restarted, for connections that write permits at this moment. */
  private void breakConnections() {
    sql.sql(
            """
            select pg_terminate_backend(pid) from pg_stat_activity
            where pid <> pg_backend_pid() and (query like 'insert into%' or query like 'update host_usage%')
            """)
        .query((row, number) -> row.getBoolean(1))
        .list();
  }

  private static Draft draft(PostgresLedger ledger, Call call) {
    if (call.alone()) {
      // Of two seconds, so that most of those that come together are signed together.
      Permit unsigned = unsigned(call.account(), call.query(), 0, call.query() % 2);
      return new Draft.Alone(unsigned, new JointPress(DOMAIN, new TestSigner()));
    }
    try {
      return new OnePermit(permit(call.account(), call.query(), ledger.drawSerials(1)));
    } catch (RuntimeException e) {
      throw new CodedException(PermissionError.LEDGER_AWAY, "no serial", e);
    }
  }

  private record TestSigner() implements PermitSigner {

    @Override
    public Address address() {
      return SIGNER.address();
    }

    @Override
    public Signature sign(Bytes32 digest) {
      return SIGNER.sign(digest);
    }
  }

  private static SignedPermit permit(Account account, int query, long serial) {
    return SignedPermit.sign(unsigned(account, query, serial, serial), DOMAIN, SIGNER);
  }

  private static Permit unsigned(Account account, int query, long serial, long second) {
    return new Permit(
        model(account),
        Keccak.of("instance" + account),
        host(account),
        1,
        Keccak.of("query" + query),
        serial,
        1_000 + second,
        1_600 + second,
        PRICE);
  }

  private static Address host(Account account) {
    return SigningKey.of(Keccak.of("host" + account.host())).address();
  }

  private static Bytes32 model(Account account) {
    return Keccak.of("model" + account.model());
  }

  private Map<PermitKey, IssuedPermit> recorded() {
    Map<PermitKey, IssuedPermit> recorded = new HashMap<>();
    sql.sql("select " + PermitRows.COLUMNS + " from permit")
        .query((row, number) -> PermitRows.read(row))
        .list()
        .forEach(
            stored ->
                assertThat(
                        recorded.put(
                            PermitKey.of(stored.permit()),
                            new Restoration(database).asAnswered(stored)))
                    .isNull());
    return recorded;
  }

  private static void requireDistinctSerials(Map<PermitKey, IssuedPermit> recorded) {
    Set<Long> serials = new HashSet<>();
    recorded.values().forEach(permit -> assertThat(serials.add(permit.permit().serial())).isTrue());
  }

  private void requireSound(
      Map<PermitKey, IssuedPermit> recorded, Map<Account, BigInteger> prepaid) {
    for (Map.Entry<Account, BigInteger> entry : prepaid.entrySet()) {
      Account account = entry.getKey();
      long permits =
          recorded.values().stream()
              .filter(permit -> permit.permit().host().equals(host(account)))
              .filter(permit -> permit.permit().modelId().equals(model(account)))
              .count();
      BigInteger charge = PRICE.multiply(BigInteger.valueOf(permits));
      assertThat(charge).isLessThanOrEqualTo(entry.getValue());
      assertThat(counted(account)).isEqualTo(permits + " " + charge);
    }
  }

  private String counted(Account account) {
    return sql.sql(
            "select permits || ' ' || charge from host_usage where host = ? and model_id = ?")
        .param(host(account).toBytes())
        .param(model(account).toBytes())
        .query(String.class)
        .optional()
        .orElse("0 0");
  }

  @Test
  void givesTheSamePermitAgainThoughNothingIsLeftToPayIt() {
    Account account = new Account(0, 0);
    try (PostgresLedger ledger = ledger(8, 1)) {
      IssuedPermit first = record(ledger, permit(account, 1, 1), PRICE);
      assertThat(record(ledger, permit(account, 1, 2), BigInteger.ZERO)).isEqualTo(first);
      assertThatThrownBy(() -> record(ledger, permit(account, 2, 3), PRICE))
          .isInstanceOfSatisfying(
              CodedException.class,
              e -> assertThat(e.code()).isEqualTo(PermissionError.BALANCE_TOO_SMALL));
      assertThat(ledger.permitsFor(first.permit().queryHash())).containsExactly(first);
      assertThat(ledger.usageOf(host(account)))
          .isEqualTo(Optional.of(new Usage(host(account), 1, PRICE, 0, 1_001)));
      assertThat(ledger.usageOf(Address.ZERO)).isEmpty();
    }
  }

  /** Permits are dated by their serial here; the same query gets what is on record all the same. */
  @Test
  void recordsNothingBehindTheFence() {
    try (PostgresLedger ledger = ledger(16, 1)) {
      Account account = new Account(0, 0);
      BigInteger prepaid = PRICE.multiply(BigInteger.TEN);
      IssuedPermit first = record(ledger, permit(account, 1, 1), prepaid);
      EpochFence fence = new EpochFence(database);
      fence.moveTo(first.permit().issuedAt());
      record(ledger, permit(account, 2, 2), prepaid);
      SignedPermit late = permit(account, 3, 3);
      fence.moveTo(late.permit().issuedAt() + 1);
      fence.moveTo(first.permit().issuedAt());
      assertThatThrownBy(() -> record(ledger, late, prepaid))
          .isInstanceOfSatisfying(
              CodedException.class,
              e -> assertThat(e.code()).isEqualTo(PermissionError.EPOCH_CLOSED));
      assertThat(record(ledger, permit(account, 1, 4), prepaid)).isEqualTo(first);
      assertThat(ledger.usageOf(first.permit().host()).orElseThrow().permits()).isEqualTo(2);
    }
  }

  @Test
  void sumsTheUsageOfAllHostsAndListsTheBusiestFirst() {
    try (PostgresLedger ledger = ledger(8, 1)) {
      assertThat(ledger.totalUsage(10)).isEqualTo(new TotalUsage(0, BigInteger.ZERO, 0, List.of()));

      BigInteger prepaid = PRICE.multiply(BigInteger.TEN);
      record(ledger, permit(new Account(1, 0), 1, 1), prepaid);
      record(ledger, permit(new Account(0, 0), 2, 2), prepaid);
      record(ledger, permit(new Account(0, 1), 3, 3), prepaid);
      assertThatThrownBy(() -> record(ledger, permit(new Account(2, 0), 4, 4), BigInteger.ZERO))
          .isInstanceOf(CodedException.class);

      Usage busiest =
          new Usage(host(new Account(0, 0)), 2, PRICE.multiply(BigInteger.TWO), 0, 1_003);
      Usage other = new Usage(host(new Account(1, 0)), 1, PRICE, 0, 1_001);
      BigInteger charge = PRICE.multiply(BigInteger.valueOf(3));
      assertThat(ledger.totalUsage(10))
          .isEqualTo(new TotalUsage(3, charge, 2, List.of(busiest, other)));
      assertThat(ledger.totalUsage(1)).isEqualTo(new TotalUsage(3, charge, 2, List.of(busiest)));
    }
  }

  @Test
  void saysThatItIsAwayWhenThePermitCannotBeRecorded() throws Exception {
    try (PostgresLedger ledger = ledger(8, 1);
        Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("alter table permit rename to elsewhere");
      assertThatThrownBy(() -> record(ledger, permit(new Account(0, 0), 1, 1), PRICE))
          .isInstanceOfSatisfying(
              CodedException.class,
              e -> assertThat(e.code()).isEqualTo(PermissionError.LEDGER_AWAY));
      statement.execute("alter table elsewhere rename to permit");
      assertThat(record(ledger, permit(new Account(0, 0), 1, 2), PRICE).permit().serial())
          .isEqualTo(2);
    }
  }
}
