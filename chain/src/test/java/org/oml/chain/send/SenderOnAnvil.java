package org.oml.chain.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.oml.chain.ChainClient;
import org.oml.chain.ChainError;
import org.oml.chain.fixture.Polling;
import org.oml.chain.fixture.TestChain;
import org.oml.chain.fixture.TestDatabase;
import org.oml.contracts.binding.PaymentToken;
import org.oml.protocol.Address;
import org.oml.protocol.CodedException;
import org.oml.protocol.SigningKey;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.web3j.protocol.core.RemoteFunctionCall;

/**
 * The sender on a real chain and a real database, both of which are taken from it at times. Its
 * intents are payments of a token.
 */
abstract class SenderOnAnvil {

  static final Duration PATIENCE = Duration.ofSeconds(60);
  static final String BROADCAST = "eth_sendRawTransaction";
  static final Address RECIPIENT = SigningKey.random().address();
  static final BigInteger GWEI = BigInteger.TEN.pow(9);

  @TempDir Path directory;
  TestChain chain;
  DataSource database;
  SigningKey owner;
  Address token;
  Instant now = Instant.parse("2026-11-01T00:00:00Z");

  @BeforeEach
  void start() {
    chain = TestChain.start(directory);
    database = TestDatabase.fresh();
    owner = chain.account();
    token = chain.deployToken(owner);
  }

  @AfterEach
  void stop() {
    chain.close();
  }

  /** One that works in a thread of its own, once it is started. */
  TransactionSender sender() {
    return new TransactionSender(database, chain.client(), owner, chain.settings(0));
  }

  /** One that is taken further by hand, on the test's clock. */
  TransactionSender sender(int finalityDepth) {
    return sender(chain.client(), finalityDepth);
  }

  TransactionSender sender(ChainClient client, int finalityDepth) {
    return SenderOnAClock.of(database, client, owner, chain.settings(finalityDepth), () -> now);
  }

  IntentStore store() {
    return new IntentStore(
        JdbcClient.create(database), chain.client().chainId(), owner.address(), new Payloads(null));
  }

  AttemptStore attempts() {
    return new AttemptStore(JdbcClient.create(database), new Payloads(null));
  }

  void later(Duration by) {
    now = now.plus(by);
  }

  static void advance(TransactionSender sender, int times) {
    for (int i = 0; i < times; i++) {
      sender.advance();
    }
  }

  void finish(TransactionSender sender, String prefix, int count) {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      keys.add(prefix + i);
    }
    finish(sender, keys);
  }

  /** Mines and advances until all are final. */
  void finish(TransactionSender sender, List<String> keys) {
    Polling.until(
        keys + " are final",
        () -> {
          sender.advance();
          chain.mine(1);
          return keys.stream()
              .allMatch(key -> sender.find(key).orElseThrow().state() == IntentState.FINAL);
        });
  }

  static void awaitAll(TransactionSender sender, String prefix, int count) {
    for (int i = 0; i < count; i++) {
      assertThat(sender.await(prefix + i, PATIENCE).state()).isEqualTo(IntentState.FINAL);
    }
  }

  Intent payment(String key, long amount) {
    return Intent.of(key, token, paymentCall(amount), "pay");
  }

  RemoteFunctionCall<?> paymentCall(long amount) {
    return chain
        .client()
        .bind(PaymentToken::load, token)
        .transfer(RECIPIENT.toString(), BigInteger.valueOf(amount));
  }

  void setBaseFee(BigInteger fee) {
    chain.call("anvil_setNextBlockBaseFeePerGas", "0x" + fee.toString(16));
  }

  /** The owner's first transaction deployed the token. */
  void assertPaid(long amount, long transactions) {
    assertThat(chain.balance(token, RECIPIENT)).isEqualTo(BigInteger.valueOf(amount));
    assertThat(chain.nonce(owner.address())).isEqualTo(transactions + 1);
  }

  static void assertRefused(ThrowingCallable call, ChainError code) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            CodedException.class, refusal -> assertThat(refusal.code()).isEqualTo(code));
  }

  long count(String table) {
    return JdbcClient.create(database)
        .sql("select count(*) from " + table)
        .query(Long.class)
        .single();
  }
}
