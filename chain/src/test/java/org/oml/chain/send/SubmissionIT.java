package org.oml.chain.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.oml.chain.ChainError;
import org.oml.chain.Revert;
import org.oml.protocol.CodedException;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What a sender keeps, refuses and says about it. */
class SubmissionIT extends SenderOnAnvil {

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
  void isNotStartedAfterItWasClosed() {
    TransactionSender sender = sender();
    sender.close();
    sender.start();
    sender.submit(payment("a", 1));

    assertRefused(() -> sender.await("a", Duration.ofMillis(200)), ChainError.TIMEOUT);
    assertPaid(0, 0);
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
}
