package org.oml.chain.send;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The sender's tables. */
final class IntentStore {

  private static final String INTENT =
      "select id, intent_key, recipient, data, sealed, purpose, state, nonce, gas_limit,"
          + " mined_hash, block_number, block_hash, reverted, refusals, refusal from chain_intent ";

  private final JdbcClient database;
  private final BigDecimal chainId;
  private final byte[] account;
  private final Payloads payloads;

  IntentStore(JdbcClient database, BigInteger chainId, Address account, Payloads payloads) {
    this.database = database;
    this.payloads = payloads;
    this.chainId = new BigDecimal(chainId);
    this.account = account.toBytes();
  }

  /** Keeps an intent, unless its key is taken. */
  void insert(Intent intent) {
    database
        .sql(
            "insert into chain_intent (intent_key, chain_id, account, recipient, data, sealed,"
                + " purpose, state) values (:key, :chain, :account, :recipient, :data, :sealed,"
                + " :purpose, 'PREPARED') on conflict (intent_key) do nothing")
        .param("key", intent.key())
        .param("chain", chainId)
        .param("account", account)
        .param("recipient", intent.recipient().toBytes())
        .param("data", payloads.toStore(intent.data(), purpose(intent.key())))
        .param("sealed", payloads.sealing())
        .param("purpose", intent.purpose())
        .update();
  }

  Optional<StoredIntent> byKey(String key) {
    return database
        .sql(INTENT + "where intent_key = :key")
        .param("key", key)
        .query(this::intent)
        .optional();
  }

  StoredIntent find(long id) {
    return database.sql(INTENT + "where id = :id").param("id", id).query(this::intent).single();
  }

  /** Locks an intent until the transaction ends. */
  StoredIntent lock(long id) {
    return database
        .sql(INTENT + "where id = :id for update")
        .param("id", id)
        .query(this::intent)
        .single();
  }

  /** Whether the account ever had anything to send. */
  boolean any() {
    return database
        .sql(
            "select exists (select from chain_intent where chain_id = :chain and account ="
                + " :account)")
        .param("chain", chainId)
        .param("account", account)
        .query(Boolean.class)
        .single();
  }

  /** Intents that have not ended and need not be left alone yet, oldest first. */
  List<StoredIntent> open(int limit, Instant now) {
    return database
        .sql(
            INTENT
                + "where chain_id = :chain and account = :account and state in ('PREPARED',"
                + " 'BROADCAST', 'MINED') and (next_try_at is null or next_try_at <= :now) order by"
                + " nonce nulls last, id limit :limit")
        .param("chain", chainId)
        .param("account", account)
        .param("now", Timestamp.from(now))
        .param("limit", limit)
        .query(this::intent)
        .list();
  }

  void assign(long id, long nonce, BigInteger gasLimit) {
    database
        .sql(
            "update chain_intent set nonce = :nonce, gas_limit = :gas, updated_at = now() where id"
                + " = :id")
        .param("nonce", nonce)
        .param("gas", new BigDecimal(gasLimit))
        .param("id", id)
        .update();
  }

  /**
   * Back to the start: the nonce went to a transaction that is none of ours. Does nothing where
   * another process was faster, whose new nonce it would take away.
   */
  void unassign(long id, long nonce) {
    int unassigned =
        database
            .sql(
                "update chain_intent set state = 'PREPARED', nonce = null, gas_limit = null,"
                    + " refusals = 0, refusal = null, next_try_at = null, updated_at = now() where"
                    + " id = :id and nonce = :nonce and state in ('PREPARED', 'BROADCAST')")
            .param("id", id)
            .param("nonce", nonce)
            .update();
    if (unassigned > 0) {
      database.sql("delete from chain_attempt where intent_id = :id").param("id", id).update();
    }
  }

  void mined(long id, Bytes32 hash, long blockNumber, Bytes32 blockHash, boolean reverted) {
    database
        .sql(
            "update chain_intent set state = 'MINED', mined_hash = :hash, block_number = :number,"
                + " block_hash = :block, reverted = :reverted, updated_at = now() where id = :id"
                + " and state in ('PREPARED', 'BROADCAST', 'MINED')")
        .param("hash", hash.toBytes())
        .param("number", blockNumber)
        .param("block", blockHash.toBytes())
        .param("reverted", reverted)
        .param("id", id)
        .update();
  }

  /**
   * Its block is gone: its transactions are to be sent anew, and wait from now on.
   *
   * @param from the state in which it was seen
   */
  void unmined(long id, IntentState from, Instant now) {
    int unmined =
        database
            .sql(
                "update chain_intent set state = 'BROADCAST', mined_hash = null, block_number ="
                    + " null, block_hash = null, reverted = false, failure = null, updated_at ="
                    + " now() where id = :id and state = :from")
            .param("id", id)
            .param("from", from.name())
            .update();
    if (unmined > 0) {
      database
          .sql("update chain_attempt set sent_at = null, created_at = :now where intent_id = :id")
          .param("now", Timestamp.from(now))
          .param("id", id)
          .update();
    }
  }

  /** Intents that ended with a nonce that the chain has not used. */
  List<StoredIntent> endedFrom(long nonce) {
    return database
        .sql(
            INTENT
                + "where chain_id = :chain and account = :account and nonce >= :nonce"
                + " and state in ('FINAL', 'FAILED') order by nonce")
        .param("chain", chainId)
        .param("account", account)
        .param("nonce", nonce)
        .query(this::intent)
        .list();
  }

  /** Ends an intent that is mined. */
  boolean end(long id, IntentState state, @Nullable String failure) {
    return database
            .sql(
                "update chain_intent set state = :state, failure = :failure, updated_at = now()"
                    + " where id = :id and state = 'MINED'")
            .param("state", state.name())
            .param("failure", failure)
            .param("id", id)
            .update()
        > 0;
  }

  /**
   * Ends an intent that the contract refuses, unless it has a nonce: another process has signed it
   * meanwhile, and perhaps the contract refuses because that was mined.
   */
  boolean refuse(long id, String failure) {
    return database
            .sql(
                "update chain_intent set state = 'FAILED', failure = :failure, updated_at = now()"
                    + " where id = :id and state = 'PREPARED' and nonce is null")
            .param("failure", failure)
            .param("id", id)
            .update()
        > 0;
  }

  /**
   * A node refused it: it is left alone until later.
   *
   * @param refusals how many there were by now
   */
  void refused(long id, int refusals, String refusal, Instant nextTry) {
    database
        .sql(
            "update chain_intent set refusals = :refusals, refusal = :refusal, next_try_at = :next,"
                + " updated_at = now() where id = :id and state in ('PREPARED', 'BROADCAST')")
        .param("refusals", refusals)
        .param("refusal", refusal)
        .param("next", Timestamp.from(nextTry))
        .param("id", id)
        .update();
  }

  /** How many intents are in a state. */
  long count(IntentState state) {
    return database
        .sql(
            "select count(*) from chain_intent where chain_id = :chain and account = :account and"
                + " state = :state")
        .param("chain", chainId)
        .param("account", account)
        .param("state", state.name())
        .query(Long.class)
        .single();
  }

  /** Seconds since the oldest intent that has not ended was submitted, 0 without one. */
  double oldestAge() {
    return database
        .sql(
            "select coalesce(extract(epoch from now() - min(created_at)), 0) from chain_intent"
                + " where chain_id = :chain and account = :account and state in ('PREPARED',"
                + " 'BROADCAST', 'MINED')")
        .param("chain", chainId)
        .param("account", account)
        .query(Double.class)
        .single();
  }

  Optional<Submission> submission(String key) {
    return database
        .sql(
            "select i.intent_key, i.state, i.block_number, i.failure, coalesce(i.mined_hash,"
                + " (select transaction_hash from chain_attempt a where a.intent_id = i.id order by"
                + " max_fee desc limit 1)) as hash from chain_intent i where i.intent_key = :key")
        .param("key", key)
        .query(
            (row, index) ->
                new Submission(
                    row.getString("intent_key"),
                    IntentState.valueOf(row.getString("state")),
                    hash(row, "hash"),
                    number(row, "block_number"),
                    row.getString("failure")))
        .optional();
  }

  private StoredIntent intent(ResultSet row, int index) throws SQLException {
    BigDecimal gas = row.getBigDecimal("gas_limit");
    String key = row.getString("intent_key");
    return new StoredIntent(
        row.getLong("id"),
        new Intent(
            key,
            Address.of(row.getBytes("recipient")),
            payloads.read(row.getBytes("data"), row.getBoolean("sealed"), purpose(key)),
            row.getString("purpose")),
        IntentState.valueOf(row.getString("state")),
        number(row, "nonce"),
        gas == null ? null : gas.toBigIntegerExact(),
        hash(row, "mined_hash"),
        number(row, "block_number"),
        hash(row, "block_hash"),
        row.getBoolean("reverted"),
        row.getInt("refusals"),
        row.getString("refusal"));
  }

  private static String purpose(String key) {
    return "chain-intent/" + key;
  }

  private static @Nullable Bytes32 hash(ResultSet row, String column) throws SQLException {
    byte[] bytes = row.getBytes(column);
    return bytes == null ? null : Bytes32.of(bytes);
  }

  private static @Nullable Long number(ResultSet row, String column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? null : value;
  }
}
