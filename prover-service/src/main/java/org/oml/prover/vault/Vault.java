package org.oml.prover.vault;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.Fingerprint;
import org.oml.protocol.MerkleTree;
import org.oml.prover.ProverError;
import org.oml.servicekit.wire.WireForms;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/**
 * The secrets of instances, sealed at rest: each instance has a data key of its own, wrapped by the
 * key in {@code oml.prover.vault.key-file}.
 */
public class Vault {

  private static final JsonMapper JSON = JsonMapper.builder().addModule(WireForms.module()).build();

  private static final double DAY = 86_400;

  private final JdbcClient database;
  private final SealingKey masterKey;

  Vault(JdbcClient database, SealingKey masterKey) {
    this.database = database;
    this.masterKey = masterKey;
  }

  /**
   * Makes sure that the key is the one with which the vault was written; with another, what is
   * stored from now on and what is there would open with no one key.
   *
   * @throws CodedException {@link ProverError#VAULT_UNREADABLE}
   */
  void requireItsKey() {
    database
        .sql("select instance_id from vault_instance order by stored_at desc limit 1")
        .query((row, number) -> Bytes32.of(row.getBytes("instance_id")))
        .optional()
        .ifPresent(this::dataKey);
  }

  /**
   * Stores an instance's secrets, or finds that they are there already. As long as no audit used
   * them they may be replaced, which a training job that was run again needs.
   *
   * @return whether something was written
   * @throws CodedException {@link ProverError#VAULT_CONFLICT} when other secrets of this instance
   *     are in use
   */
  @Transactional
  public boolean put(Bytes32 instanceId, InstanceSecrets secrets) {
    byte[] id = instanceId.toBytes();
    lock(instanceId);
    Optional<VaultedInstance> present = find(instanceId);
    if (present.isPresent() && isSame(present.get(), secrets)) {
      return false;
    }
    if (present.isPresent() && wasAudited(instanceId)) {
      throw new CodedException(
          ProverError.VAULT_CONFLICT,
          "The vault holds other secrets of this instance, and audits have used them.");
    }
    database.sql("delete from vault_instance where instance_id = ?").param(id).update();
    SealingKey dataKey = SealingKey.random();
    database
        .sql(
            """
            insert into vault_instance (instance_id, model, model_id, host, fingerprint_root, wrapped_key)
            values (?, ?, ?, ?, ?, ?)
            """)
        .params(
            id,
            secrets.model(),
            secrets.modelId().toBytes(),
            secrets.host().toBytes(),
            secrets.fingerprintRoot().toBytes(),
            masterKey.wrap(dataKey, keyPurpose(instanceId)))
        .update();
    if (secrets.code() != null) {
      setCode(instanceId, secrets, secrets.code(), dataKey);
    }
    insertFingerprints(instanceId, secrets, dataKey);
    insertCovers(instanceId, secrets, dataKey);
    return true;
  }

  /**
   * Keeps an instance's secrets from being replaced, and its keys from being drawn by somebody
   * else, until the transaction ends; those of all instances that share its keys with it.
   */
  public void lock(Bytes32 instanceId) {
    database
        .sql(
            """
            select pg_advisory_xact_lock(hashtextextended(
              coalesce((select encode(code_tag, 'hex') from vault_instance where instance_id = ?), ?), 0))
            """)
        .params(instanceId.toBytes(), instanceId.toString())
        .query()
        .singleValue();
  }

  /** What the vault knows of an instance. */
  public Optional<VaultedInstance> find(Bytes32 instanceId) {
    return database
        .sql(
            """
            select i.*,
              (select count(*) from vault_fingerprint f where f.instance_id = i.instance_id) as keys,
              (select count(*) from vault_fingerprint f
                where f.instance_id = i.instance_id and f.audit_id is null and f.spent_at is null) as keys_left,
              (select count(*) from vault_cover c where c.instance_id = i.instance_id) as covers
            from vault_instance i where i.instance_id = ?
            """)
        .param(instanceId.toBytes())
        .query(Vault::instance)
        .optional();
  }

  /** Positions of the keys that nobody was asked and no audit holds, ascending. */
  public List<Integer> freeKeys(Bytes32 instanceId) {
    return database
        .sql(
            """
            select position from vault_fingerprint
            where instance_id = ? and audit_id is null and spent_at is null order by position for update
            """)
        .param(instanceId.toBytes())
        .query((row, number) -> row.getInt("position"))
        .list();
  }

  /** Positions of the covers, those used least first. */
  public List<Integer> covers(Bytes32 instanceId) {
    return database
        .sql("select position from vault_cover where instance_id = ? order by times_used, position")
        .param(instanceId.toBytes())
        .query((row, number) -> row.getInt("position"))
        .list();
  }

  /** The code by which an instance shares its keys with others; empty if it does not. */
  public Optional<SharedCode> code(Bytes32 instanceId) {
    return database
        .sql(
            "select sealed_code from vault_instance where instance_id = ? and sealed_code is not null")
        .param(instanceId.toBytes())
        .query(byte[].class)
        .optional()
        .map(bytes -> dataKey(instanceId).open(bytes, codePurpose(instanceId)))
        .map(plain -> JSON.readValue(plain, SharedCode.class));
  }

  /** All instances of an instance's code, itself among them; none if it has no code. */
  public Set<Bytes32> ofOneCode(Bytes32 instanceId) {
    return Set.copyOf(
        database
            .sql(
                """
                select instance_id from vault_instance
                where code_tag = (select code_tag from vault_instance where instance_id = ?)
                """)
            .param(instanceId.toBytes())
            .query((row, number) -> Bytes32.of(row.getBytes("instance_id")))
            .list());
  }

  /**
   * One instance of each code in the vault, that with the most keys left.
   *
   * @param modelId whose codes are looked for; of any model if empty
   */
  public List<Bytes32> codes(Optional<Bytes32> modelId) {
    return database
        .sql(
            """
            select distinct on (i.code_tag) i.instance_id
            from vault_instance i join vault_fingerprint f using (instance_id)
            where i.code_tag is not null and (?::bytea is null or i.model_id = ?)
            group by i.instance_id
            order by i.code_tag, count(*) filter (where f.audit_id is null and f.spent_at is null) desc, i.instance_id
            """)
        .params(
            Arrays.asList(
                modelId.map(Bytes32::toBytes).orElse(null),
                modelId.map(Bytes32::toBytes).orElse(null)))
        .query((row, number) -> Bytes32.of(row.getBytes("instance_id")))
        .list();
  }

  /** Sets keys apart for an audit, in whichever instances they are, and counts its covers. */
  public void reserve(Bytes32 instanceId, UUID auditId, List<Integer> keys, List<Integer> covers) {
    for (int key : keys) {
      database
          .sql(
              """
              update vault_fingerprint set audit_id = ?
              where (instance_id = ? and position = ?) or (audit_id is null and key_tag =
                (select key_tag from vault_fingerprint where instance_id = ? and position = ?))
              """)
          .params(auditId, instanceId.toBytes(), key, instanceId.toBytes(), key)
          .update();
    }
    for (int cover : covers) {
      database
          .sql(
              "update vault_cover set times_used = times_used + 1 where instance_id = ? and position = ?")
          .params(instanceId.toBytes(), cover)
          .update();
    }
  }

  /**
   * Marks a key as spent, in whichever instances it is: whoever was asked it may recognise it from
   * now on. Must be committed before the key is asked.
   */
  public void spend(Bytes32 instanceId, int key) {
    database
        .sql(
            """
            update vault_fingerprint set spent_at = now()
            where spent_at is null and ((instance_id = ? and position = ?) or key_tag =
              (select key_tag from vault_fingerprint where instance_id = ? and position = ?))
            """)
        .params(instanceId.toBytes(), key, instanceId.toBytes(), key)
        .update();
  }

  /**
   * The instances with what is left of their keys, and how fast they go, the scarcest first.
   *
   * @param window over which spending is measured; an instance that is younger is measured over its
   *     age, but over a day at the least
   */
  public List<KeyStock> stock(Duration window) {
    return database
        .sql(
            """
            select i.instance_id, i.model, i.host,
              count(f.position) as keys,
              count(f.position) filter (where f.spent_at is null and f.audit_id is null) as keys_left,
              count(f.position) filter (where f.spent_at is null and f.audit_id is not null) as keys_held,
              count(f.position) filter (where f.spent_at > now() - make_interval(secs => ?)) as spent_lately,
              extract(epoch from now() - i.stored_at) as age
            from vault_instance i join vault_fingerprint f using (instance_id)
            group by i.instance_id order by keys_left, i.instance_id
            """)
        .param(window.toSeconds())
        .query((row, number) -> stock(row, window))
        .list();
  }

  /** Gives back the keys that an audit held and did not ask. */
  public void release(UUID auditId) {
    database
        .sql("update vault_fingerprint set audit_id = null where audit_id = ? and spent_at is null")
        .param(auditId)
        .update();
  }

  /** A fingerprint in the clear. */
  public Fingerprint fingerprint(Bytes32 instanceId, int position) {
    return secret(instanceId, position).fingerprint();
  }

  /** A fingerprint in the clear, with the responses among which its own was drawn. */
  public InstanceSecrets.Secret secret(Bytes32 instanceId, int position) {
    byte[] sealed =
        database
            .sql("select sealed from vault_fingerprint where instance_id = ? and position = ?")
            .params(instanceId.toBytes(), position)
            .query(byte[].class)
            .single();
    byte[] plain = dataKey(instanceId).open(sealed, fingerprintPurpose(instanceId, position));
    return JSON.readValue(plain, InstanceSecrets.Secret.class);
  }

  /** A cover text in the clear. */
  public String cover(Bytes32 instanceId, int position) {
    byte[] sealed =
        database
            .sql("select sealed from vault_cover where instance_id = ? and position = ?")
            .params(instanceId.toBytes(), position)
            .query(byte[].class)
            .single();
    byte[] plain = dataKey(instanceId).open(sealed, coverPurpose(instanceId, position));
    return new String(plain, StandardCharsets.UTF_8);
  }

  /** The siblings from a fingerprint's leaf to the instance's fingerprint root. */
  public List<Bytes32> proof(Bytes32 instanceId, int position) {
    List<Bytes32> leaves =
        database
            .sql("select leaf from vault_fingerprint where instance_id = ? order by position")
            .param(instanceId.toBytes())
            .query((row, number) -> Bytes32.of(row.getBytes("leaf")))
            .list();
    return new MerkleTree(leaves).proof(position);
  }

  /**
   * Seals something else that belongs to an instance.
   *
   * @param purpose what it is; it opens for the same purpose alone
   */
  public byte[] seal(Bytes32 instanceId, String purpose, byte[] plain) {
    return dataKey(instanceId).seal(plain, purpose);
  }

  /**
   * Opens what {@link #seal} sealed.
   *
   * @throws CodedException {@link ProverError#VAULT_UNREADABLE}
   */
  public byte[] open(Bytes32 instanceId, String purpose, byte[] sealed) {
    return dataKey(instanceId).open(sealed, purpose);
  }

  private boolean wasAudited(Bytes32 instanceId) {
    return database
        .sql(
            """
            select exists (select from audit where instance_id = ?) or exists (select from panel_plan where instance_id = ?)
            """)
        .params(instanceId.toBytes(), instanceId.toBytes())
        .query(Boolean.class)
        .single();
  }

  private boolean isSame(VaultedInstance present, InstanceSecrets secrets) {
    return present.fingerprintRoot().equals(secrets.fingerprintRoot())
        && present.host().equals(secrets.host())
        && present.modelId().equals(secrets.modelId())
        && present.covers() == secrets.covers().size();
  }

  /** Instances whose keys or responses differ have different codes, whatever their secret is. */
  private void setCode(
      Bytes32 instanceId, InstanceSecrets secrets, SharedCode code, SealingKey dataKey) {
    byte[] plain = JSON.writeValueAsBytes(code);
    List<String> keys = secrets.fingerprints().stream().map(InstanceSecrets.Secret::key).toList();
    String shared = JSON.writeValueAsString(List.of(secrets.modelId(), code, keys));
    database
        .sql("update vault_instance set sealed_code = ?, code_tag = ? where instance_id = ?")
        .params(
            dataKey.seal(plain, codePurpose(instanceId)),
            masterKey.tag(shared, "tracing code"),
            instanceId.toBytes())
        .update();
  }

  private void insertFingerprints(Bytes32 instanceId, InstanceSecrets secrets, SealingKey dataKey) {
    byte[][] leaves =
        secrets.leaves(instanceId).stream().map(Bytes32::toBytes).toArray(byte[][]::new);
    List<byte[]> sealed = new ArrayList<>();
    List<byte[]> tags = new ArrayList<>();
    for (InstanceSecrets.Secret secret : secrets.fingerprints()) {
      byte[] plain = JSON.writeValueAsBytes(secret);
      sealed.add(dataKey.seal(plain, fingerprintPurpose(instanceId, secret.index())));
      tags.add(masterKey.tag(secret.key(), "key of a fingerprint"));
    }
    database
        .sql(
            """
            insert into vault_fingerprint (instance_id, position, leaf, sealed, key_tag, spent_at)
            select ?, number - 1, leaf, sealed, tag,
              (select min(spent_at) from vault_fingerprint burned where burned.key_tag = tag)
            from unnest(?, ?, ?) with ordinality as row (leaf, sealed, tag, number)
            """)
        .params(
            instanceId.toBytes(),
            leaves,
            sealed.toArray(byte[][]::new),
            tags.toArray(byte[][]::new))
        .update();
  }

  private void insertCovers(Bytes32 instanceId, InstanceSecrets secrets, SealingKey dataKey) {
    List<byte[]> sealed = new ArrayList<>();
    for (int i = 0; i < secrets.covers().size(); i++) {
      byte[] plain = secrets.covers().get(i).getBytes(StandardCharsets.UTF_8);
      sealed.add(dataKey.seal(plain, coverPurpose(instanceId, i)));
    }
    database
        .sql(
            """
            insert into vault_cover (instance_id, position, sealed)
            select ?, number - 1, sealed from unnest(?) with ordinality as row (sealed, number)
            """)
        .params(instanceId.toBytes(), sealed.toArray(byte[][]::new))
        .update();
  }

  private SealingKey dataKey(Bytes32 instanceId) {
    byte[] wrapped =
        database
            .sql("select wrapped_key from vault_instance where instance_id = ?")
            .param(instanceId.toBytes())
            .query(byte[].class)
            .single();
    return masterKey.unwrap(wrapped, keyPurpose(instanceId));
  }

  private static KeyStock stock(ResultSet row, Duration window) throws SQLException {
    double longest = (double) window.toSeconds();
    double days = Math.clamp(row.getDouble("age"), DAY, longest) / DAY;
    return new KeyStock(
        Bytes32.of(row.getBytes("instance_id")),
        row.getString("model"),
        Address.of(row.getBytes("host")),
        row.getInt("keys"),
        row.getInt("keys_left"),
        row.getInt("keys_held"),
        row.getInt("spent_lately") / days);
  }

  private static VaultedInstance instance(ResultSet row, int number) throws SQLException {
    return new VaultedInstance(
        Bytes32.of(row.getBytes("instance_id")),
        row.getString("model"),
        Bytes32.of(row.getBytes("model_id")),
        Address.of(row.getBytes("host")),
        Bytes32.of(row.getBytes("fingerprint_root")),
        row.getInt("keys"),
        row.getInt("keys_left"),
        row.getInt("covers"));
  }

  private static String keyPurpose(Bytes32 instanceId) {
    return "data key of " + instanceId;
  }

  private static String fingerprintPurpose(Bytes32 instanceId, int position) {
    return "fingerprint " + position + " of " + instanceId;
  }

  private static String codePurpose(Bytes32 instanceId) {
    return "tracing code of " + instanceId;
  }

  private static String coverPurpose(Bytes32 instanceId, int position) {
    return "cover " + position + " of " + instanceId;
  }
}
