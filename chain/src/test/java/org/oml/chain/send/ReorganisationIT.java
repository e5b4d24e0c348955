package org.oml.chain.send;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.chain.ChainClient;
import org.oml.chain.ChainError;
import org.oml.chain.fixture.FailingNode;
import org.oml.chain.fixture.FailingNode.Fate;
import org.oml.chain.fixture.TestChain;

/** Blocks that are taken back, and nonces that went elsewhere. */
class ReorganisationIT extends SenderOnAnvil {

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
  void whatANodeForgotIsNotDoneASecondTime() {
    try (FailingNode node = FailingNode.before(chain);
        ChainClient client = ChainClient.connect(node.rpcUrl(), PATIENCE)) {
      TransactionSender sender = sender(client, 1);
      sender.submit(payment("a", 10));
      sender.advance();
      chain.mine(3);
      node.decide(
          method -> method.equals("eth_getTransactionReceipt") ? Fate.FORGOTTEN : Fate.ANSWERED);

      for (int i = 0; i < 3; i++) {
        assertRefused(sender::advance, ChainError.HISTORY_MISSING);
        later(Duration.ofMinutes(1));
      }
      node.decide(method -> Fate.ANSWERED);
      advance(sender, 2);

      assertThat(sender.find("a").orElseThrow().state()).isEqualTo(IntentState.FINAL);
      assertPaid(10, 1);
    }
  }

  @Test
  void aChainThatWasStartedAnewIsSentNothingAgain(@TempDir Path elsewhere) {
    TransactionSender sender = sender(0);
    sender.submit(payment("a", 10));
    advance(sender, 2);
    sender.submit(payment("b", 5));

    try (TestChain another = chain.anew(elsewhere)) {
      another.setBalance(owner.address(), BigInteger.TEN.pow(18));
      TransactionSender misled = sender(another.client(), 0);

      assertRefused(misled::advance, ChainError.REPLACED);

      assertThat(another.nonce(owner.address())).isZero();
      assertThat(another.waiting()).isZero();
      assertThat(misled.find("a").orElseThrow().state()).isEqualTo(IntentState.FINAL);
    }
  }

  @Test
  void aNonceThatAReorganisationSetFreeIsUsedUp() {
    TransactionSender sender = sender(2);
    chain.send(owner, token, paymentCall(1)); // somebody else has the key
    sender.submit(payment("a", 10));
    chain.holdTransactions();
    sender.advance();
    chain.reorganise(1);
    assertThat(chain.nonce(owner.address())).isEqualTo(1);
    chain.mineTransactions();
    later(Duration.ofSeconds(31));

    finish(sender, List.of("a"));

    assertPaid(10, 2);
  }
}
