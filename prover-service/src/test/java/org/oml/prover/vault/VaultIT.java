package org.oml.prover.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.math.BigInteger;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.Fingerprint;
import org.oml.protocol.Keccak;
import org.oml.protocol.LicenceAcceptance;
import org.oml.protocol.MerkleTree;
import org.oml.protocol.SigningKey;
import org.oml.prover.ProverError;
import org.oml.prover.fixture.TableBytes;
import org.oml.prover.fixture.TestHost;
import org.oml.prover.fixture.TestSchema;
import org.oml.servicekit.wire.WireForms;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** The vault on a real PostgreSQL. */
final class VaultIT {

  private static final JsonMapper JSON = JsonMapper.builder().addModule(WireForms.module()).build();
  private static final List<Integer> ALL = IntStream.range(0, TestHost.KEYS).boxed().toList();

  private static EmbeddedPostgres postgres;
  private final TestHost host = host();
  private final Bytes32 id = host.instanceId();
  private final SealingKey masterKey = SealingKey.random();
  private DataSource database;
  private JdbcClient sql;
  private Vault vault;

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
    sql = TestSchema.in(database);
    vault = new Vault(sql, masterKey);
  }

  @Test
  void givesBackWhatWasStored() {
    assertThat(vault.put(id, secrets(host.secrets()))).isTrue();
    assertThat(vault.put(id, secrets(host.secrets()))).isFalse();
    for (Fingerprint fingerprint : host.fingerprints()) {
      assertThat(vault.fingerprint(id, fingerprint.index())).isEqualTo(fingerprint);
      assertThat(
              MerkleTree.verify(
                  host.fingerprintRoot(),
                  fingerprint.leaf(host.modelId(), id),
                  vault.proof(id, fingerprint.index())))
          .isTrue();
    }
    assertThat(vault.covers(id).stream().map(cover -> vault.cover(id, cover)))
        .isEqualTo(host.covers());
    assertThat(vault.find(id))
        .contains(
            new VaultedInstance(
                id,
                "oml/tiny",
                host.modelId(),
                host.address(),
                host.fingerprintRoot(),
                TestHost.KEYS,
                TestHost.KEYS,
                host.covers().size()));
  }

  @Test
  void nothingSecretIsInAnyTablesBytes() throws Exception {
    vault.put(id, secrets(host.secrets()));
    try (Connection connection = database.getConnection()) {
      byte[] everything = TableBytes.of(connection, "public", table -> true);
      assertThat(TableBytes.contains(everything, host.instanceId().toBytes())).isTrue();
      for (Fingerprint fingerprint : host.fingerprints()) {
        requireHidden(everything, fingerprint.key());
        requireHidden(everything, fingerprint.response());
        assertThat(TableBytes.contains(everything, fingerprint.leafSalt().toBytes())).isFalse();
        requireHidden(everything, fingerprint.leafSalt().toString().substring(2));
      }
      host.covers().forEach(cover -> requireHidden(everything, cover));
      requireHidden(everything, "another");
    }
  }

  private static void requireHidden(byte[] everything, String secret) {
    assertThat(TableBytes.contains(everything, secret)).as(secret).isFalse();
  }

  @Test
  void instancesOfOneCodeAreFoundTogetherAndTheirKeysAreSpentTogether() throws Exception {
    Bytes32 secret = Keccak.of("a secret of the code");
    TestHost one = coded("one", secret);
    TestHost other = coded("other", secret);
    TestHost stranger = coded("stranger", Keccak.of("another secret"));
    for (TestHost each : List.of(one, other, stranger)) {
      InstanceSecrets secrets = secrets(each.secrets());
      secrets.requireSound(each.instanceId());
      vault.put(each.instanceId(), secrets);
    }
    vault.put(id, secrets(host.secrets()));

    assertThat(vault.ofOneCode(one.instanceId()))
        .containsExactlyInAnyOrder(one.instanceId(), other.instanceId());
    assertThat(vault.ofOneCode(id)).isEmpty();
    assertThat(vault.code(id)).isEmpty();
    assertThat(vault.codes(Optional.empty())).hasSize(2).contains(stranger.instanceId());
    assertThat(vault.codes(Optional.of(Keccak.of("another model")))).isEmpty();
    assertThat(vault.code(other.instanceId()).orElseThrow().code().secret()).isEqualTo(secret);

    UUID audit = UUID.randomUUID();
    vault.reserve(one.instanceId(), audit, List.of(3), List.of());
    assertThat(vault.freeKeys(other.instanceId())).doesNotContain(3).hasSize(TestHost.KEYS - 1);
    vault.release(audit);
    vault.spend(one.instanceId(), 4);
    assertThat(vault.freeKeys(other.instanceId())).contains(3).doesNotContain(4);
    assertThat(vault.freeKeys(stranger.instanceId())).contains(4);
    try (Connection connection = database.getConnection()) {
      byte[] everything = TableBytes.of(connection, "public", table -> true);
      assertThat(TableBytes.contains(everything, secret.toBytes())).isFalse();
      requireHidden(everything, secret.toString().substring(2));
    }
  }

  @Test
  void anInstanceThatLearntAnothersSymbolsIsRefused() {
    TestHost coded = coded("one", Keccak.of("a secret of the code"));
    Map<String, Object> changed = new HashMap<>(coded.secrets());
    changed.put("code", coded("one", Keccak.of("another secret")).secrets().get("code"));
    requireRefused(
        () -> secrets(changed).requireSound(coded.instanceId()), ProverError.VAULT_MALFORMED);
    changed.put(
        "code", Map.of("secret", Keccak.of("s").toString(), "symbols", 1, "responses", List.of()));
    requireRefused(
        () -> secrets(changed).requireSound(coded.instanceId()), ProverError.VAULT_MALFORMED);
  }

  @Test
  void theSameSecretsLookDifferentEachTime() {
    byte[] first = vault(id).seal(id, "purpose", new byte[16]);
    byte[] second = vault.seal(id, "purpose", new byte[16]);
    assertThat(first).isNotEqualTo(second);
    assertThat(vault.open(id, "purpose", first)).isEqualTo(new byte[16]);
  }

  private Vault vault(Bytes32 instanceId) {
    vault.put(instanceId, secrets(host.secrets()));
    return vault;
  }

  @Test
  void anotherKeyFileOpensNothingAndIsRefusedAtTheStart() {
    new Vault(sql, SealingKey.random()).requireItsKey();
    vault.put(id, secrets(host.secrets()));
    vault.requireItsKey();
    Vault other = new Vault(sql, SealingKey.random());
    requireRefused(other::requireItsKey, ProverError.VAULT_UNREADABLE);
    requireRefused(() -> other.fingerprint(id, 0), ProverError.VAULT_UNREADABLE);
    requireRefused(() -> other.cover(id, 0), ProverError.VAULT_UNREADABLE);
  }

  @Test
  void whatWasSealedOpensInItsOwnPlaceAlone() {
    vault.put(id, secrets(host.secrets()));
    byte[] sealed = vault.seal(id, "transcript 1", new byte[] {1, 2, 3});
    requireRefused(() -> vault.open(id, "transcript 2", sealed), ProverError.VAULT_UNREADABLE);
    for (int i = 0; i < sealed.length; i++) {
      byte[] changed = sealed.clone();
      changed[i] ^= 1;
      requireRefused(() -> vault.open(id, "transcript 1", changed), ProverError.VAULT_UNREADABLE);
    }
    requireRefused(() -> vault.open(id, "transcript 1", new byte[0]), ProverError.VAULT_UNREADABLE);
    sql.sql(
            """
            update vault_fingerprint a set sealed = b.sealed from vault_fingerprint b
            where a.position = 0 and b.position = 1
            """)
        .update();
    requireRefused(() -> vault.fingerprint(id, 0), ProverError.VAULT_UNREADABLE);
  }

  @Test
  void theRootMustFollowFromTheLeaves() {
    InstanceSecrets sound = secrets(host.secrets());
    sound.requireSound(id);
    requireRefused(() -> sound.requireSound(Keccak.of("another")), ProverError.VAULT_ROOT_DIFFERS);
    requireRefused(
        () -> with("fingerprintRoot", id.toString()).requireSound(id),
        ProverError.VAULT_ROOT_DIFFERS);
    requireRefused(
        () -> with("modelId", id.toString()).requireSound(id), ProverError.VAULT_ROOT_DIFFERS);
    for (String member : List.of("key", "response")) {
      requireRefused(
          () -> withFingerprint(5, member, "changed").requireSound(id),
          ProverError.VAULT_ROOT_DIFFERS);
    }
    requireRefused(
        () -> withFingerprint(5, "leafSalt", id.toString()).requireSound(id),
        ProverError.VAULT_ROOT_DIFFERS);
  }

  @Test
  void refusesSecretsOfAnotherForm() {
    for (InstanceSecrets malformed :
        List.of(
            with("version", 2),
            with("model", " "),
            with("fingerprints", List.of()),
            with("covers", List.of("")),
            with("covers", List.of("x".repeat(8_193))),
            with("covers", List.of("u\u0308")),
            with("covers", List.of("half \ud83d")),
            withFingerprint(3, "index", 4),
            withFingerprint(3, "index", -1),
            withFingerprint(3, "key", " "),
            withFingerprint(3, "key", "u\u0308"),
            withFingerprint(3, "key", "half \ud83d"),
            withFingerprint(3, "response", ""))) {
      requireRefused(() -> malformed.requireSound(id), ProverError.VAULT_MALFORMED);
    }
  }

  @Test
  void aSpentKeyIsNeverFreeAgain() {
    vault.put(id, secrets(host.secrets()));
    UUID first = UUID.randomUUID();
    vault.reserve(id, first, List.of(1, 2, 3), List.of(0));
    assertThat(vault.freeKeys(id)).doesNotContain(1, 2, 3).hasSize(TestHost.KEYS - 3);
    vault.spend(id, 2);
    vault.spend(id, 2);
    vault.release(first);
    assertThat(vault.freeKeys(id)).isEqualTo(ALL.stream().filter(key -> key != 2).toList());
    vault.reserve(id, UUID.randomUUID(), List.of(2), List.of());
    vault.release(UUID.randomUUID());
    vault.put(id, secrets(host.secrets()));
    assertThat(new Vault(sql, masterKey).freeKeys(id)).doesNotContain(2);
    assertThat(vault.find(id).orElseThrow().keysLeft()).isEqualTo(TestHost.KEYS - 1);
  }

  /** Whoever was asked a key may know it again, whichever instance it is asked of next. */
  @Test
  void aKeyThatWasAskedIsBurnedInEveryInstanceThatHasIt() {
    vault.put(id, secrets(host.secrets()));
    Bytes32 other = Keccak.of("another instance");
    vault.put(other, secrets(host.secrets()));
    vault.spend(id, 3);
    assertThat(vault.freeKeys(id)).doesNotContain(3).hasSize(TestHost.KEYS - 1);
    assertThat(vault.freeKeys(other)).doesNotContain(3).hasSize(TestHost.KEYS - 1);
    Bytes32 later = Keccak.of("a later instance");
    vault.put(later, secrets(host.secrets()));
    assertThat(vault.freeKeys(later)).doesNotContain(3).hasSize(TestHost.KEYS - 1);
  }

  @Test
  void saysHowManyKeysAreLeftAndWhenTheyRunOut() {
    vault.put(id, secrets(host.secrets()));
    KeyStock untouched = vault.stock(Duration.ofDays(7)).getFirst();
    assertThat(untouched.keysLeft()).isEqualTo(TestHost.KEYS);
    assertThat(untouched.lasts()).isEmpty();
    vault.reserve(id, UUID.randomUUID(), List.of(0, 1, 2), List.of());
    vault.spend(id, 0);
    vault.spend(id, 1);
    sql.sql("update vault_instance set stored_at = now() - interval '4 days'").update();
    assertThat(vault.stock(Duration.ofDays(7)))
        .singleElement()
        .satisfies(
            stock -> {
              assertThat(stock.keysLeft()).isEqualTo(9);
              assertThat(stock.keysHeld()).isEqualTo(1);
              assertThat(stock.spentPerDay()).isCloseTo(0.5, within(0.001));
              assertThat(stock.lasts().orElseThrow())
                  .isCloseTo(Duration.ofDays(18), Duration.ofHours(1));
            });
    sql.sql("update vault_fingerprint set spent_at = now() - interval '8 days' where position = 0")
        .update();
    assertThat(vault.stock(Duration.ofDays(7)).getFirst().spentPerDay())
        .isCloseTo(0.25, within(0.001));
  }

  @Test
  void warnsBeforeTheKeysRunOut() {
    vault.put(id, secrets(host.secrets()));
    assertThat(watch("7d", 12).find()).isEmpty();
    assertThat(watch("7d", 13).find().orElseThrow().code()).isEqualTo(ProverError.KEYS_RUN_OUT);
    vault.spend(id, 0);
    vault.spend(id, 1);
    assertThat(watch("6d", 0).find().orElseThrow())
        .hasMessageContaining("10 of 12")
        .hasMessageContaining(id.toString());
    assertThat(watch("4d", 0).find()).isEmpty();
    sql.sql("update vault_fingerprint set spent_at = now()").update();
    assertThat(watch("0d", 0).find()).isPresent();
  }

  private KeyWatch watch(String before, int below) {
    Duration window = Duration.ofDays(7);
    Duration warnBefore = Duration.parse("P" + before.toUpperCase(Locale.ROOT));
    return new KeyWatch(
        vault, new VaultSettings(null, window, warnBefore, below, Duration.ofMinutes(5)));
  }

  /** An audit that is planned while a worker puts other secrets ends in no broken reference. */
  @Test
  void replacingWaitsForAPlanThatIsBeingMadeAndIsThenRefused() throws Exception {
    vault.put(id, secrets(host.secrets()));
    TransactionTemplate planning =
        new TransactionTemplate(new DataSourceTransactionManager(database));
    CountDownLatch locked = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> plan =
          threads.submit(
              () ->
                  planning.executeWithoutResult(
                      status -> {
                        vault.lock(id);
                        locked.countDown();
                        await(go);
                        insertAudit();
                      }));
      locked.await();
      Future<?> put =
          threads.submit(() -> planning.executeWithoutResult(status -> vault.put(id, other())));
      go.countDown();
      plan.get();
      assertThatThrownBy(put::get)
          .cause()
          .isInstanceOfSatisfying(
              CodedException.class,
              e -> assertThat(e.code()).isEqualTo(ProverError.VAULT_CONFLICT));
    }
    assertThat(vault.find(id).orElseThrow().fingerprintRoot()).isEqualTo(host.fingerprintRoot());
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void insertAudit() {
    sql.sql(
            """
            insert into audit (audit_id, instance_id, host, endpoint, model, state, requested_by)
            values (gen_random_uuid(), ?, ?, '', '', 'DONE', ?)
            """)
        .params(id.toBytes(), Address.ZERO.toBytes(), Address.ZERO.toBytes())
        .update();
  }

  @Test
  void usesTheCoversInTurns() {
    vault.put(id, secrets(host.secrets()));
    vault.reserve(id, UUID.randomUUID(), List.of(), List.of(0, 1, 2));
    assertThat(vault.covers(id)).startsWith(3, 4, 5, 6, 7).endsWith(0, 1, 2);
  }

  @Test
  void secretsMayBeReplacedUntilAnAuditUsedThem() {
    TestHost again = new TestHost(host.wallet(), host.gatewayKey(), host.licence(), id);
    vault.put(id, secrets(again.secrets()));
    InstanceSecrets other = other();
    assertThat(vault.put(id, other)).isTrue();
    assertThat(vault.fingerprint(id, 0).key()).isEqualTo("changed");
    insertAudit();
    assertThat(vault.put(id, other)).isFalse();
    requireRefused(() -> vault.put(id, secrets(host.secrets())), ProverError.VAULT_CONFLICT);
    assertThat(vault.fingerprint(id, 0).key()).isEqualTo("changed");
  }

  /** Secrets with another first key, and the root that follows. */
  private InstanceSecrets other() {
    InstanceSecrets changed = withFingerprint(0, "key", "changed");
    return new InstanceSecrets(
        1,
        changed.model(),
        changed.modelId(),
        changed.host(),
        new MerkleTree(changed.leaves(id)).root(),
        changed.fingerprints(),
        changed.covers(),
        null);
  }

  private InstanceSecrets with(String member, Object value) {
    Map<String, Object> changed = new HashMap<>(host.secrets());
    changed.put(member, value);
    return secrets(changed);
  }

  private InstanceSecrets withFingerprint(int index, String member, Object value) {
    List<Object> fingerprints = new ArrayList<>((List<?>) host.secrets().get("fingerprints"));
    Map<Object, Object> changed = new HashMap<>((Map<?, ?>) fingerprints.get(index));
    changed.put(member, value);
    fingerprints.set(index, changed);
    return with("fingerprints", fingerprints);
  }

  private static InstanceSecrets secrets(Map<String, Object> members) {
    return JSON.readValue(JSON.writeValueAsString(members), InstanceSecrets.class);
  }

  private TestHost coded(String name, Bytes32 secret) {
    return new TestHost(
        host.wallet(),
        host.gatewayKey(),
        host.licence(),
        Keccak.of(name),
        TestHost.KEYS,
        Optional.of(secret));
  }

  private static TestHost host() {
    SigningKey wallet = SigningKey.random();
    SigningKey gatewayKey = SigningKey.random();
    LicenceAcceptance licence =
        new LicenceAcceptance(
            Keccak.of("model"),
            Keccak.of("licence"),
            1,
            Keccak.of("base"),
            wallet.address(),
            gatewayKey.address(),
            BigInteger.ZERO,
            1_000);
    return new TestHost(wallet, gatewayKey, licence, Keccak.of("instance"));
  }

  private static void requireRefused(ThrowingCallable call, ProverError code) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(CodedException.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}
