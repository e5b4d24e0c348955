package org.oml.chain.send;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.oml.chain.ChainClient;
import org.oml.chain.ChainError;
import org.oml.chain.fixture.FailingNode;
import org.oml.chain.fixture.FailingNode.Fate;
import org.oml.chain.fixture.Polling;

/** Processes, nodes and answers that go missing: nothing is lost and nothing is sent twice. */
class InterruptedSenderIT extends SenderOnAnvil {

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
}
