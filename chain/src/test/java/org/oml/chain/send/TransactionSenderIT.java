package org.oml.chain.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import javax.sql.DataSource;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.chain.ChainClient;
import org.oml.chain.ChainError;
import org.oml.chain.ChainSettings;
import org.oml.chain.Revert;
import org.oml.chain.fixture.FailingNode;
import org.oml.chain.fixture.FailingNode.Fate;
import org.oml.chain.fixture.Polling;
import org.oml.chain.fixture.TestChain;
import org.oml.chain.fixture.TestDatabase;
import org.oml.contracts.binding.PaymentToken;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.SigningKey;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.web3j.protocol.core.RemoteFunctionCall;

/** The sender on a real chain and a real database, both of which are taken from it at times. */
class TransactionSenderIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String BROADCAST = "eth_sendRawTransaction";
  private static final Address RECIPIENT = SigningKey.random().address();
  private static final BigInteger GWEI = BigInteger.TEN.pow(9);

  @TempDir Path directory;
  private TestChain chain;
  private DataSource database;
  private SigningKey owner;
  private Address token;
  private Instant now = Instant.parse("2026-11-01T00:00:00Z");

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

  @Test
  void keepsAnIntentBeforeAnythingIsSent() {
    chain.holdTransactions();
    TransactionSender sender = sender(0);

    Submission kept = sender.submit(payment("a", 1));

    assertThat(kept.state()).isEqualTo(IntentState.PREPARED);
    assertThat(kept.hash()).isEmpty();
    assertThat(sender().find("a")).contains(kept);
    assertThat(chain.waiting()).isZero();
  }

  @Test
  void keepsTheSignedTransactionBeforeItIsSent() {
    try (FailingNode node = FailingNode.before(chain);
        ChainClient client = ChainClient.connect(node.rpcUrl(), PATIENCE)) {
      TransactionSender sender = sender(client, 0);
      sender.submit(payment("a", 1));
      node.decide(method -> method.equals(BROADCAST) ? Fate.LOST : Fate.ANSWERED);

      assertRefused(sender::advance, ChainError.UNREACHABLE);

      Submission signed = sender.find("a").orElseThrow();
      assertThat(signed.state()).isEqualTo(IntentState.PREPARED);
      assertThat(signed.hash()).isPresent();
      node.decide(method -> Fate.ANSWERED);
      advance(sender, 2);
      assertThat(sender.find("a").orElseThrow())
          .returns(IntentState.FINAL, Submission::state)
          .returns(signed.transactionHash(), Submission::transactionHash);
    }
  }

  @Test
  void aTransactionWhoseAnswerWasLostIsMinedOnce() {
    try (FailingNode node = FailingNode.before(chain);
        ChainClient client = ChainClient.connect(node.rpcUrl(), PATIENCE)) {
      TransactionSender sender = sender(client, 0);
      sender.submit(payment("a", 5));
      node.decide(method -> method.equals(BROADCAST) ? Fate.ANSWER_LOST : Fate.ANSWERED);
      assertRefused(sender::advance, ChainError.UNREACHABLE);
      node.decide(method -> Fate.ANSWERED);

      advance(sender, 2);

      assertThat(sender.find("a").orElseThrow().state()).isEqualTo(IntentState.FINAL);
      assertPaid(5, 1);
    }
  }

  @Test
  void theSameIntentTwiceIsOneTransaction() {
    TransactionSender sender = sender(0);

    sender.submit(payment("a", 7));
    sender.submit(payment("a", 7));
    advance(sender, 2);
    Submission afterwards = sender.submit(payment("a", 7));

    assertThat(afterwards.state()).isEqualTo(IntentState.FINAL);
    assertPaid(7, 1);
  }

  @Test
  void anotherTransactionUnderTheSameKeyIsRefused() {
    TransactionSender sender = sender(0);
    sender.submit(payment("a", 7));

    assertRefused(() -> sender.submit(payment("a", 8)), ChainError.INTENT_CONFLICT);

    advance(sender, 2);
    assertPaid(7, 1);
  }

  @Test
  void whatTheContractRefusesIsNamedAndNotKept() {
    TransactionSender sender = sender(0);

    assertThatThrownBy(() -> sender.submit(payment("a", 1_000_001)))
        .isInstanceOfSatisfying(
            CodedException.class,
            refusal -> {
              assertThat(refusal.code()).isEqualTo(ChainError.REVERTED);
              assertThat(Revert.in(refusal))
                  .contains(
                      new Revert(
                          "ERC20InsufficientBalance",
                          List.of(
                              owner.address().toString().toLowerCase(Locale.ROOT),
                              "1000000",
                              "1000001")));
            });

    assertThat(sender.find("a")).isEmpty();
    assertThat(count("chain_intent")).isZero();
  }

  @Test
  void anIntentOfATransactionThatIsRolledBackIsNotKept() {
    TransactionSender sender = sender(0);
    TransactionTemplate transactions =
        new TransactionTemplate(new JdbcTransactionManager(database));

    transactions.executeWithoutResult(
        status -> {
          sender.submit(payment("a", 1));
          assertThat(sender.find("a")).isPresent();
          status.setRollbackOnly();
        });

    advance(sender, 2);
    assertThat(sender.find("a")).isEmpty();
    assertPaid(0, 0);
  }

  @Test
  void whatTheContractRefusesLaterFailsWithoutATransaction() {
    TransactionSender sender = sender(0);
    sender.submit(payment("all", 1_000_000));
    sender.submit(payment("more", 1));

    advance(sender, 2);

    assertThat(sender.find("more").orElseThrow())
        .returns(IntentState.FAILED, Submission::state)
        .returns(null, Submission::transactionHash);
    assertThat(sender.find("more").orElseThrow().failure()).startsWith("ERC20InsufficientBalance(");
    assertPaid(1_000_000, 1);
  }

  @Test
  void whatRevertsInItsBlockFailsWithTheContractsError() {
    SigningKey spender = chain.account();
    PaymentToken binding = chain.client().bind(PaymentToken::load, token);
    chain.send(owner, token, binding.approve(spender.address().toString(), TestChain.SUPPLY));
    chain.holdTransactions();
    ChainSettings settings = chain.settings(0);
    TransactionSender sender =
        new TransactionSender(database, chain.client(), spender, settings, () -> now);
    String from = owner.address().toString();
    sender.submit(
        Intent.of("late", token, binding.transferFrom(from, from, BigInteger.ONE), "take"));
    sender.advance();
    Bytes32 hash = sender.find("late").orElseThrow().hash().orElseThrow();
    chain.call("anvil_dropTransaction", hash.toString());
    chain.send(owner, token, paymentCall(1_000_000));
    chain.mine(1);
    later(Duration.ofSeconds(6));
    sender.advance();
    chain.mine(1);

    advance(sender, 1);

    assertThatThrownBy(() -> sender.await("late", PATIENCE))
        .isInstanceOfSatisfying(
            CodedException.class,
            failure -> assertThat(failure.code()).isEqualTo(ChainError.TRANSACTION_FAILED))
        .hasMessageContaining("ERC20InsufficientBalance(");
    assertThat(chain.nonce(spender.address())).isEqualTo(1);
  }

  @Test
  void anIntentThatTheNodeRefusesDoesNotHoldUpOthers() {
    try (FailingNode node = FailingNode.before(chain);
        ChainClient client = ChainClient.connect(node.rpcUrl(), PATIENCE)) {
      TransactionSender sender = sender(client, 0);
      Address odd = SigningKey.random().address();
      sender.submit(new Intent("odd", odd, new byte[0], "something that the node cannot run"));
      sender.submit(payment("a", 5));
      chain.call("anvil_setCode", odd.toString(), "0xfe");

      assertRefused(sender::advance, ChainError.REFUSED);
      assertRefused(sender::advance, ChainError.REFUSED);

      assertThat(sender.find("a").orElseThrow().state()).isEqualTo(IntentState.FINAL);
      assertThat(sender.find("odd").orElseThrow().state()).isEqualTo(IntentState.PREPARED);
      chain.call("anvil_setCode", odd.toString(), "0x");
      advance(sender, 2);
      assertThat(sender.find("odd").orElseThrow().state()).isEqualTo(IntentState.FINAL);
    }
  }

  @Test
  void aRefusalWithoutAReasonFailsTheIntent() {
    TransactionSender sender = sender(0);
    Address silent = SigningKey.random().address();
    sender.submit(new Intent("silent", silent, new byte[0], "a contract that will not say why"));
    chain.call("anvil_setCode", silent.toString(), "0x60006000fd");

    sender.advance();

    assertThat(sender.find("silent").orElseThrow())
        .returns(IntentState.FAILED, Submission::state)
        .returns("Unknown()", Submission::failure);
  }

  @Test
  void isFinalOnlyWithEnoughBlocksOnTop() {
    TransactionSender sender = sender(3);
    sender.submit(payment("a", 1));
    advance(sender, 2);
    chain.mine(2);
    advance(sender, 1);
    assertThat(sender.find("a").orElseThrow().state()).isEqualTo(IntentState.MINED);

    chain.mine(1);
    advance(sender, 1);

    assertThat(sender.find("a").orElseThrow().state()).isEqualTo(IntentState.FINAL);
  }

  @Test
  void anAbruptStopLosesNothingAndSendsNothingTwice() {
    TransactionSender stopped;
    try (FailingNode node = FailingNode.before(chain);
        ChainClient client = ChainClient.connect(node.rpcUrl(), PATIENCE)) {
      chain.holdTransactions();
      stopped = sender(client, 1);
      for (int i = 0; i < 6; i++) {
        stopped.submit(payment("payment/" + i, 10));
      }
      int[] broadcasts = {0};
      node.decide(
          method ->
              !method.equals(BROADCAST)
                  ? Fate.ANSWERED
                  : switch (broadcasts[0]++) {
                    case 0, 1 -> Fate.ANSWERED;
                    case 2 -> Fate.ANSWER_LOST;
                    default -> Fate.LOST;
                  });
      assertRefused(stopped::advance, ChainError.UNREACHABLE); // where the process dies
    }
    chain.mineTransactions();
    chain.mine(1);

    try (TransactionSender next = sender()) {
      next.start();
      awaitAll(next, "payment/", 6);
    }

    assertPaid(60, 6);
  }

  @Test
  void closingWhileItWorksLosesNothing() {
    TransactionSender first = sender();
    first.start();
    for (int i = 0; i < 10; i++) {
      first.submit(payment("payment/" + i, 10));
    }
    Polling.until("one is sent", () -> chain.nonce(owner.address()) > 1);
    first.close();

    try (TransactionSender second = sender()) {
      second.start();
      awaitAll(second, "payment/", 10);
    }

    assertPaid(100, 10);
  }

  @Test
  void isNotStartedAfterItWasClosed() {
    TransactionSender sender = sender();
    sender.close();
    sender.start();
    sender.submit(payment("a", 1));

    assertRefused(() -> sender.await("a", Duration.ofMillis(200)), ChainError.TIMEOUT);
    assertPaid(0, 0);
  }

  @Test
  void transactionsThatDieWithTheNodeAreSentAgain() {
    chain.awaitStored();
    chain.holdTransactions();
    TransactionSender sender = sender(1);
    for (int i = 0; i < 4; i++) {
      sender.submit(payment("payment/" + i, 10));
    }
    sender.advance();
    assertThat(chain.waiting()).isEqualTo(4);

    chain.kill();
    assertRefused(sender::advance, ChainError.UNREACHABLE);
    chain.startAgain();
    assertThat(chain.waiting()).isZero();
    later(Duration.ofSeconds(6));
    finish(sender, "payment/", 4);

    assertPaid(40, 4);
  }

  @Test
  void goesOnWithANodeThatCameBackAfterItsTransactionsWereMined() {
    TransactionSender sender = sender(1);
    sender.submit(payment("a", 10));
    advance(sender, 2);
    assertThat(sender.find("a").orElseThrow().state()).isEqualTo(IntentState.MINED);
    chain.awaitStored();

    chain.kill();
    chain.startAgain();
    sender.submit(payment("b", 10));
    finish(sender, List.of("a", "b"));

    assertPaid(20, 2);
  }

  @Test
  void whatTheChainLostAfterItWasFinalIsSentAgain() {
    TransactionSender sender = sender(0);
    sender.submit(payment("a", 10));
    advance(sender, 2);
    assertThat(sender.find("a").orElseThrow().state()).isEqualTo(IntentState.FINAL);
    chain.reorganise(1);
    assertPaid(0, 0);

    finish(sender, List.of("a"));
    sender.submit(payment("b", 10));
    finish(sender, List.of("a", "b"));

    assertPaid(20, 2);
  }

  @Test
  void twoSendersOfOneAccountLeaveNoGapAndSendNothingTwice() throws Exception {
    int intents = 24;
    try (TransactionSender one = sender();
        TransactionSender other = sender()) {
      one.start();
      other.start();
      List<Callable<Object>> calls = new ArrayList<>();
      for (int i = 0; i < intents; i++) {
        String key = "payment/" + i;
        calls.add(() -> one.submit(payment(key, 10)));
        calls.add(() -> other.submit(payment(key, 10)));
      }
      atOnce(calls);
      awaitAll(one, "payment/", intents);
    }

    assertPaid(10L * intents, intents);
    assertThat(nonces())
        .containsExactlyElementsOf(LongStream.rangeClosed(1, intents).boxed().toList());
  }

  @Test
  void twoSendersMaySignTheSameIntentAtTheSameTime() throws Exception {
    chain.holdTransactions();
    TransactionSender one = sender(0);
    TransactionSender other = sender(0);
    one.submit(payment("all", 1_000_000));
    List<Callable<Object>> calls = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      calls.add(Executors.callable(one::advance));
      calls.add(Executors.callable(other::advance));
    }
    atOnce(calls);
    chain.mine(1);

    advance(one, 1);
    advance(other, 1);

    assertThat(one.find("all").orElseThrow().state()).isEqualTo(IntentState.FINAL);
    assertPaid(1_000_000, 1);
  }

  @Test
  void aRefusalSeenTooLateDoesNotFailWhatAnotherSenderSent() {
    IntentStore store = store();
    TransactionSender sender = sender(0);
    sender.submit(payment("all", 1_000_000));
    StoredIntent seenBefore = store.byKey("all").orElseThrow();
    sender.advance();

    boolean refused = store.refuse(seenBefore.id(), "ERC20InsufficientBalance()");

    assertThat(refused).isFalse();
    advance(sender, 1);
    assertThat(sender.find("all").orElseThrow().state()).isEqualTo(IntentState.FINAL);
  }

  @Test
  void aNonceIsTakenBackOnceOnly() {
    IntentStore store = store();
    TransactionSender sender = sender(0);
    chain.holdTransactions();
    sender.submit(payment("a", 10));
    sender.advance();
    StoredIntent signed = store.byKey("a").orElseThrow();

    store.unassign(signed.id(), 0); // as another sender would that saw an older nonce

    assertThat(store.byKey("a")).contains(signed);
    assertThat(store.attempts(signed.id())).hasSize(1);
  }

  @Test
  void aTransactionThatTheNodeDroppedIsSentAgain() {
    chain.holdTransactions();
    TransactionSender sender = sender(0);
    sender.submit(payment("a", 10));
    sender.advance();
    String hash = sender.find("a").orElseThrow().hash().orElseThrow().toString();
    chain.call("anvil_dropTransaction", hash);
    assertThat(chain.waiting()).isZero();

    later(Duration.ofSeconds(6));
    sender.advance();
    assertThat(chain.waiting()).isEqualTo(1);
    chain.mine(1);
    advance(sender, 1);

    assertThat(sender.find("a").orElseThrow())
        .returns(IntentState.FINAL, Submission::state)
        .returns(hash, submission -> submission.hash().orElseThrow().toString());
    assertPaid(10, 1);
  }

  @Test
  void aTransactionThatWaitsTooLongOffersATenthMoreAndIsMinedOnce() {
    chain.holdTransactions();
    TransactionSender sender = sender(0);
    sender.submit(payment("a", 10));
    sender.advance();
    IntentStore store = store();
    long id = store.byKey("a").orElseThrow().id();
    Fees first = store.attempts(id).getFirst().fees();

    later(Duration.ofSeconds(31));
    sender.advance();

    List<Attempt> attempts = store.attempts(id);
    assertThat(attempts).hasSize(2);
    assertAtLeastATenthMore(attempts.getFirst().fees(), first);
    assertThat(chain.waiting()).isEqualTo(1);
    chain.mine(1);
    advance(sender, 1);
    assertThat(sender.find("a").orElseThrow())
        .returns(IntentState.FINAL, Submission::state)
        .returns(attempts.getFirst().transactionHash(), Submission::transactionHash);
    assertPaid(10, 1);
  }

  @Test
  void aFeeThatTheMarketHasLeftBehindFollowsIt() {
    chain.holdTransactions();
    TransactionSender sender = sender(0);
    sender.submit(payment("a", 10));
    sender.advance();
    setBaseFee(GWEI.multiply(BigInteger.valueOf(50)));
    chain.mine(1);
    assertPaid(0, 0);
    advance(sender, 1);
    assertThat(sender.find("a").orElseThrow().state()).isEqualTo(IntentState.BROADCAST);

    later(Duration.ofSeconds(31));
    sender.advance();
    chain.mine(1);
    advance(sender, 1);

    assertThat(sender.find("a").orElseThrow().state()).isEqualTo(IntentState.FINAL);
    assertPaid(10, 1);
  }

  @Test
  void aFeeThatTheNodeDoesNotEvenTakeIsRaised() {
    try (FailingNode node = FailingNode.before(chain);
        ChainClient client = ChainClient.connect(node.rpcUrl(), PATIENCE)) {
      TransactionSender sender = sender(client, 0);
      sender.submit(payment("a", 10));
      node.decide(method -> method.equals(BROADCAST) ? Fate.LOST : Fate.ANSWERED);
      assertRefused(sender::advance, ChainError.UNREACHABLE);
      setBaseFee(GWEI.multiply(BigInteger.valueOf(50)));
      chain.mine(1);
      node.decide(method -> Fate.ANSWERED);

      advance(sender, 2);

      assertThat(sender.find("a").orElseThrow().state()).isEqualTo(IntentState.FINAL);
      assertPaid(10, 1);
    }
  }

  @Test
  void aTransactionThatWaitsForeverDoesNotOfferMoreForever() {
    chain.holdTransactions();
    TransactionSender sender = sender(0);
    sender.submit(payment("a", 10));
    sender.advance();
    for (int i = 0; i < 30; i++) {
      later(Duration.ofSeconds(31));
      sender.advance();
    }
    IntentStore store = store();
    List<Attempt> attempts = store.attempts(store.byKey("a").orElseThrow().id());

    BigInteger first = attempts.getLast().fees().maximum();
    assertThat(attempts.getFirst().fees().maximum())
        .isLessThan(first.multiply(BigInteger.valueOf(5)));
    chain.mine(1);
    advance(sender, 1);
    assertPaid(10, 1);
  }

  @Test
  void aReorganisationTakesAMinedTransactionBackAndItStillEndsFinalOnce() {
    TransactionSender sender = sender(2);
    sender.submit(payment("a", 10));
    advance(sender, 2);
    Submission mined = sender.find("a").orElseThrow();
    assertThat(mined.state()).isEqualTo(IntentState.MINED);
    chain.mine(1);
    chain.reorganise(2);
    assertPaid(0, 0);

    sender.advance();
    assertThat(sender.find("a").orElseThrow())
        .returns(IntentState.BROADCAST, Submission::state)
        .returns(null, Submission::blockNumber);
    advance(sender, 2);
    assertThat(sender.find("a").orElseThrow().state()).isEqualTo(IntentState.MINED);
    chain.mine(2);
    advance(sender, 1);

    assertThat(sender.find("a").orElseThrow())
        .returns(IntentState.FINAL, Submission::state)
        .returns(mined.transactionHash(), Submission::transactionHash);
    assertPaid(10, 1);
  }

  @Test
  void aNonceThatWentToAnotherTransactionIsReplaced() {
    try (FailingNode node = FailingNode.before(chain);
        ChainClient client = ChainClient.connect(node.rpcUrl(), PATIENCE)) {
      TransactionSender sender = sender(client, 1);
      sender.submit(payment("a", 10));
      node.decide(method -> method.equals(BROADCAST) ? Fate.LOST : Fate.ANSWERED);
      assertRefused(sender::advance, ChainError.UNREACHABLE);
      chain.send(owner, token, paymentCall(1)); // somebody else has the key
      chain.mine(1);
      node.decide(method -> Fate.ANSWERED);

      finish(sender, List.of("a"));

      assertPaid(11, 2);
    }
  }

  @Test
  void awaitingEndsWhenItsPatienceDoesWhileTheIntentGoesOn() {
    TransactionSender sender = sender(0);
    sender.submit(payment("a", 10));

    assertRefused(() -> sender.await("a", Duration.ofMillis(1)), ChainError.TIMEOUT);

    advance(sender, 2);
    assertThat(sender.await("a", PATIENCE).state()).isEqualTo(IntentState.FINAL);
  }

  @Test
  void awaitingEndsWhenItsThreadIsInterrupted() {
    TransactionSender sender = sender(0);
    sender.submit(payment("a", 10));

    Thread.currentThread().interrupt();
    try {
      assertRefused(() -> sender.await("a", PATIENCE), ChainError.TIMEOUT);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void awaitingWhatWasNeverSubmittedIsRefused() {
    assertRefused(() -> sender(0).await("nothing", PATIENCE), ChainError.INTENT_UNKNOWN);
  }

  private TransactionSender sender() {
    return new TransactionSender(database, chain.client(), owner, chain.settings(0));
  }

  /** One that is taken further by hand, on the test's clock. */
  private TransactionSender sender(int finalityDepth) {
    return sender(chain.client(), finalityDepth);
  }

  private TransactionSender sender(ChainClient client, int finalityDepth) {
    ChainSettings settings = chain.settings(finalityDepth);
    return new TransactionSender(database, client, owner, settings, () -> now);
  }

  private IntentStore store() {
    return new IntentStore(JdbcClient.create(database), chain.client().chainId(), owner.address());
  }

  private void later(Duration by) {
    now = now.plus(by);
  }

  private static void advance(TransactionSender sender, int times) {
    for (int i = 0; i < times; i++) {
      sender.advance();
    }
  }

  private void finish(TransactionSender sender, String prefix, int count) {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      keys.add(prefix + i);
    }
    finish(sender, keys);
  }

  /** Mines and advances until all are final. */
  private void finish(TransactionSender sender, List<String> keys) {
    Polling.until(
        keys + " are final",
        () -> {
          sender.advance();
          chain.mine(1);
          return keys.stream()
              .allMatch(key -> sender.find(key).orElseThrow().state() == IntentState.FINAL);
        });
  }

  private static void awaitAll(TransactionSender sender, String prefix, int count) {
    for (int i = 0; i < count; i++) {
      assertThat(sender.await(prefix + i, PATIENCE).state()).isEqualTo(IntentState.FINAL);
    }
  }

  private Intent payment(String key, long amount) {
    return Intent.of(key, token, paymentCall(amount), "pay");
  }

  private RemoteFunctionCall<?> paymentCall(long amount) {
    return chain
        .client()
        .bind(PaymentToken::load, token)
        .transfer(RECIPIENT.toString(), BigInteger.valueOf(amount));
  }

  private void setBaseFee(BigInteger fee) {
    chain.call("anvil_setNextBlockBaseFeePerGas", "0x" + fee.toString(16));
  }

  /** The owner's first transaction deployed the token. */
  private void assertPaid(long amount, long transactions) {
    assertThat(chain.balance(token, RECIPIENT)).isEqualTo(BigInteger.valueOf(amount));
    assertThat(chain.nonce(owner.address())).isEqualTo(transactions + 1);
  }

  private static void assertAtLeastATenthMore(Fees fees, Fees than) {
    assertThat(fees.maximum().multiply(BigInteger.TEN))
        .isGreaterThanOrEqualTo(than.maximum().multiply(BigInteger.valueOf(11)));
    assertThat(fees.priority().multiply(BigInteger.TEN))
        .isGreaterThanOrEqualTo(than.priority().multiply(BigInteger.valueOf(11)));
  }

  private static void assertRefused(ThrowingCallable call, ChainError code) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            CodedException.class, refusal -> assertThat(refusal.code()).isEqualTo(code));
  }

  private List<Long> nonces() {
    return JdbcClient.create(database)
        .sql("select nonce from chain_intent order by nonce")
        .query((row, index) -> row.getLong("nonce"))
        .list();
  }

  private static void atOnce(List<Callable<Object>> calls) throws Exception {
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Object> call : callers.invokeAll(calls)) {
        call.get();
      }
    }
  }

  private long count(String table) {
    return JdbcClient.create(database)
        .sql("select count(*) from " + table)
        .query(Long.class)
        .single();
  }
}
