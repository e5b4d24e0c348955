package org.oml.chain.send;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.oml.chain.ChainClient;
import org.oml.chain.ChainError;
import org.oml.chain.fixture.FailingNode;
import org.oml.chain.fixture.FailingNode.Fate;

/** Transactions that nobody mines for a while. */
class StuckTransactionIT extends SenderOnAnvil {

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
    Fees first = attempts().of(id).getFirst().fees();

    later(Duration.ofSeconds(31));
    sender.advance();

    List<Attempt> attempts = attempts().of(id);
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
    List<Attempt> attempts = attempts().of(store.byKey("a").orElseThrow().id());

    BigInteger first = attempts.getLast().fees().maximum();
    assertThat(attempts.getFirst().fees().maximum())
        .isLessThan(first.multiply(BigInteger.valueOf(5)));
    chain.mine(1);
    advance(sender, 1);
    assertPaid(10, 1);
  }

  private static void assertAtLeastATenthMore(Fees fees, Fees than) {
    assertThat(fees.maximum().multiply(BigInteger.TEN))
        .isGreaterThanOrEqualTo(than.maximum().multiply(BigInteger.valueOf(11)));
    assertThat(fees.priority().multiply(BigInteger.TEN))
        .isGreaterThanOrEqualTo(than.priority().multiply(BigInteger.valueOf(11)));
  }
}
