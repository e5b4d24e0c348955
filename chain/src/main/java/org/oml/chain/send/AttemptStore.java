package org.oml.chain.send;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import org.oml.protocol.Bytes32;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The signed transactions of intents. */
final class AttemptStore {

  private final JdbcClient database;
  private final Payloads payloads;

  AttemptStore(JdbcClient database, Payloads payloads) {
    this.database = database;
    this.payloads = payloads;
  }

  void insert(Attempt attempt) {
    database
        .sql(
            "insert into chain_attempt (transaction_hash, intent_id, signed, sealed, max_fee,"
                + " priority_fee, cancels, created_at) values (:hash, :intent, :signed, :sealed,"
                + " :max, :priority, :cancels, :at)")
        .param("hash", attempt.transactionHash().toBytes())
        .param("intent", attempt.intentId())
        .param("signed", payloads.toStore(attempt.signed(), purpose(attempt.transactionHash())))
        .param("sealed", payloads.sealing())
        .param("max", new BigDecimal(attempt.fees().maximum()))
        .param("priority", new BigDecimal(attempt.fees().priority()))
        .param("cancels", attempt.cancels())
        .param("at", Timestamp.from(attempt.createdAt()))
        .update();
  }

  /** Newest first. */
  List<Attempt> of(long intentId) {
    return database
        .sql(
            "select transaction_hash, intent_id, signed, sealed, max_fee, priority_fee, cancels,"
                + " created_at, sent_at from chain_attempt where intent_id = :id order by max_fee"
                + " desc")
        .param("id", intentId)
        .query(this::attempt)
        .list();
  }

  /** A node has it. */
  void sent(Attempt attempt, Instant at) {
    database
        .sql("update chain_attempt set sent_at = :at where transaction_hash = :hash")
        .param("at", Timestamp.from(at))
        .param("hash", attempt.transactionHash().toBytes())
        .update();
    database
        .sql(
            "update chain_intent set state = case state when 'PREPARED' then 'BROADCAST' else state"
                + " end, refusals = 0, next_try_at = null, updated_at = now() where id = :id and"
                + " nonce is not null and (state = 'PREPARED' or refusals > 0)")
        .param("id", attempt.intentId())
        .update();
  }

  private Attempt attempt(ResultSet row, int index) throws SQLException {
    Timestamp sent = row.getTimestamp("sent_at");
    Bytes32 hash = Bytes32.of(row.getBytes("transaction_hash"));
    return new Attempt(
        hash,
        row.getLong("intent_id"),
        payloads.read(row.getBytes("signed"), row.getBoolean("sealed"), purpose(hash)),
        new Fees(
            row.getBigDecimal("max_fee").toBigIntegerExact(),
            row.getBigDecimal("priority_fee").toBigIntegerExact()),
        row.getBoolean("cancels"),
        row.getTimestamp("created_at").toInstant(),
        sent == null ? null : sent.toInstant());
  }

  private static String purpose(Bytes32 transactionHash) {
    return "chain-attempt/" + transactionHash;
  }
}
