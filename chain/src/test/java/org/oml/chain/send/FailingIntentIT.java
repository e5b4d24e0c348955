package org.oml.chain.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.oml.chain.ChainClient;
import org.oml.chain.ChainError;
import org.oml.chain.ChainSettings;
import org.oml.chain.fixture.FailingNode;
import org.oml.chain.fixture.FailingNode.Fate;
import org.oml.chain.fixture.TestChain;
import org.oml.contracts.binding.PaymentToken;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.SigningKey;

/** How an intent ends that is never done. */
class FailingIntentIT extends SenderOnAnvil {

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
        SenderOnAClock.of(database, chain.client(), spender, settings, () -> now);
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
      later(Duration.ofSeconds(2));
      assertRefused(sender::advance, ChainError.REFUSED);

      assertThat(sender.find("a").orElseThrow().state()).isEqualTo(IntentState.FINAL);
      assertThat(sender.find("odd").orElseThrow().state()).isEqualTo(IntentState.PREPARED);
      chain.call("anvil_setCode", odd.toString(), "0x");
      later(Duration.ofSeconds(3));
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
  void whatTheNodeRefusesAgainAndAgainFailsInTheEnd() {
    TransactionSender sender = sender(0);
    Address odd = SigningKey.random().address();
    sender.submit(new Intent("odd", odd, new byte[0], "something that the node cannot run"));
    chain.call("anvil_setCode", odd.toString(), "0xfe");

    for (int i = 0; i < SenderOnAClock.LIMITS.refusals(); i++) {
      assertThat(sender.find("odd").orElseThrow().state()).isEqualTo(IntentState.PREPARED);
      assertRefused(sender::advance, ChainError.REFUSED);
      sender.advance(); // too early to try it again
      later(Duration.ofMinutes(5));
    }

    assertThat(sender.find("odd").orElseThrow())
        .returns(IntentState.FAILED, Submission::state)
        .returns(null, Submission::transactionHash);
    assertThat(sender.find("odd").orElseThrow().failure()).startsWith("refused 6 times: ");
  }

  @Test
  void aTransactionThatNoNodeTakesGivesItsNonceUpAndFails() {
    try (FailingNode node = FailingNode.before(chain);
        ChainClient client = ChainClient.connect(node.rpcUrl(), PATIENCE)) {
      TransactionSender sender = sender(client, 0);
      sender.submit(payment("a", 10));
      node.decide(method -> method.equals(BROADCAST) ? Fate.REFUSED : Fate.ANSWERED);
      for (int i = 0; i < SenderOnAClock.LIMITS.refusals(); i++) {
        assertRefused(sender::advance, ChainError.REFUSED);
        later(Duration.ofMinutes(5));
      }
      node.decide(method -> Fate.ANSWERED);
      sender.submit(payment("b", 5));

      advance(sender, 3);

      assertThat(sender.find("a").orElseThrow().state()).isEqualTo(IntentState.FAILED);
      assertThat(sender.find("a").orElseThrow().failure())
          .startsWith("cancelled, since the node refused it: ")
          .contains("not here");
      assertThat(sender.find("b").orElseThrow().state()).isEqualTo(IntentState.FINAL);
      assertPaid(5, 2);
    }
  }

  @Test
  void anAccountWithoutMeansWarnsAndWaitsForThem() {
    TransactionSender sender = sender(0);
    sender.submit(payment("a", 10));
    chain.setBalance(owner.address(), BigInteger.ONE);

    for (int i = 0; i < 2 * SenderOnAClock.LIMITS.refusals(); i++) {
      assertRefused(sender::advance, ChainError.FUNDS_MISSING);
      later(Duration.ofMinutes(1));
    }
    assertThat(sender.warning())
        .hasValueSatisfying(low -> assertThat(low.code()).isEqualTo(ChainError.BALANCE_LOW));
    chain.setBalance(owner.address(), BigInteger.TEN.pow(18));
    advance(sender, 2);

    assertThat(sender.warning()).isEmpty();
    assertThat(sender.find("a").orElseThrow().state()).isEqualTo(IntentState.FINAL);
    assertPaid(10, 1);
  }
}
