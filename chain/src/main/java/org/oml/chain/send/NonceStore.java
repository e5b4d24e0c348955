package org.oml.chain.send;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Timestamp;
import java.time.Instant;
import org.oml.protocol.Address;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The nonces of an account: each is one intent's, and none is left out. */
final class NonceStore {

  private final JdbcClient database;
  private final BigDecimal chainId;
  private final byte[] account;

  NonceStore(JdbcClient database, BigInteger chainId, Address account) {
    this.database = database;
    this.chainId = new BigDecimal(chainId);
    this.account = account.toBytes();
  }

  /**
   * Locks the account until the transaction ends and answers its next nonce: the lowest that the
   * chain has not used and no intent has. So one that a reorganisation set free again is used
   * before later ones, which nobody would mine without it.
   *
   * @param chainNonce what the chain says, perhaps a while ago
   */
  long reserve(long chainNonce) {
    lock();
    return database
        .sql(
            "select min(candidate) from (select cast(:nonce as bigint) as candidate"
                + " union all select nonce + 1 from chain_intent"
                + " where chain_id = :chain and account = :account and nonce >= :nonce) candidates"
                + " where not exists (select from chain_intent taken where taken.chain_id = :chain"
                + " and taken.account = :account and taken.nonce = candidate)")
        .param("chain", chainId)
        .param("account", account)
        .param("nonce", chainNonce)
        .query(Long.class)
        .single();
  }

  /**
   * Whether intents wait in vain since nobody has the nonce before theirs, and no other intent is
   * about to take it.
   *
   * @param chainNonce the lowest that the chain has not used
   * @param waitingSince only intents that were signed before this wait in vain
   */
  boolean isMissing(long chainNonce, Instant waitingSince, Instant now) {
    return database
        .sql(
            "select exists (select from chain_intent i join chain_attempt a on a.intent_id = i.id"
                + " where i.chain_id = :chain and i.account = :account and i.nonce > :nonce and"
                + " i.state in ('PREPARED', 'BROADCAST') and a.created_at < :since) and not exists"
                + " (select from chain_intent i where i.chain_id = :chain and i.account = :account"
                + " and (i.nonce = :nonce or (i.nonce is null and i.state = 'PREPARED' and"
                + " (i.next_try_at is null or i.next_try_at <= :now))))")
        .param("chain", chainId)
        .param("account", account)
        .param("nonce", chainNonce)
        .param("since", Timestamp.from(waitingSince))
        .param("now", Timestamp.from(now))
        .query(Boolean.class)
        .single();
  }

  private void lock() {
    database
        .sql(
            "insert into chain_account (chain_id, account) values (:chain, :account) on conflict do"
                + " nothing")
        .param("chain", chainId)
        .param("account", account)
        .update();
    database
        .sql(
            "select account from chain_account where chain_id = :chain and account = :account for"
                + " update")
        .param("chain", chainId)
        .param("account", account)
        .query(row -> {});
  }
}
