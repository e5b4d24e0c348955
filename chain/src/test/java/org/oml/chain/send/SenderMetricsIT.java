package org.oml.chain.send;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.math.BigInteger;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.oml.chain.ChainError;

/** What a sender lets others measure. */
class SenderMetricsIT extends SenderOnAnvil {

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  @Test
  void countsIntentsByTheirState() {
    TransactionSender sender = measured();
    sender.submit(payment("a", 1));
    advance(sender, 2);
    sender.submit(payment("b", 1));

    assertThat(intents(IntentState.FINAL)).isEqualTo(1);
    assertThat(intents(IntentState.PREPARED)).isEqualTo(1);
    assertThat(intents(IntentState.FAILED)).isZero();
  }

  @Test
  void tellsTheAgeOfTheOldestOpenIntent() {
    TransactionSender sender = measured();
    assertThat(gauge("oml.chain.oldest")).isZero();
    sender.submit(payment("a", 1));

    assertThat(gauge("oml.chain.oldest")).isPositive();
    advance(sender, 2);
    assertThat(gauge("oml.chain.oldest")).isZero();
  }

  @Test
  void countsHigherFees() {
    chain.holdTransactions();
    TransactionSender sender = measured();
    sender.submit(payment("a", 1));
    sender.advance();
    later(Duration.ofSeconds(31));

    sender.advance();

    assertThat(counter("oml.chain.bumps")).isEqualTo(1);
    assertThat(counter("oml.chain.refusals")).isZero();
    assertThat(counter("oml.chain.cancellations")).isZero();
  }

  @Test
  void tellsTheBalanceAndWhetherItIsLow() {
    TransactionSender sender = measured();
    assertThat(gauge("oml.chain.balance")).isNaN();
    sender.advance();
    assertThat(gauge("oml.chain.balance")).isBetween(999.0, 1000.0);
    assertThat(gauge("oml.chain.balance.low")).isZero();

    chain.setBalance(owner.address(), BigInteger.TEN.pow(15));
    later(Duration.ofMinutes(1));
    sender.advance();

    assertThat(gauge("oml.chain.balance")).isEqualTo(0.001);
    assertThat(gauge("oml.chain.balance.low")).isEqualTo(1);
    assertThat(sender.warning())
        .hasValueSatisfying(low -> assertThat(low.code()).isEqualTo(ChainError.BALANCE_LOW));
  }

  private TransactionSender measured() {
    TransactionSender sender = sender(0);
    sender.bindTo(meters);
    return sender;
  }

  private double intents(IntentState state) {
    return meters.get("oml.chain.intents").tag("state", state.name()).gauge().value();
  }

  private double gauge(String name) {
    return meters.get(name).tag("account", owner.address().toString()).gauge().value();
  }

  private double counter(String name) {
    return meters.get(name).functionCounter().count();
  }
}
