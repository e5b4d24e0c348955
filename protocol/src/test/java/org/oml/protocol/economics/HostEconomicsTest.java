package org.oml.protocol.economics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.oml.protocol.CodedException;

final class HostEconomicsTest {

  private static final HostEconomics TERMS =
      new HostEconomics(0.001, 100, 10, 0.01, 0.98, 1, 86_400, 0.1);

  @Test
  void expectsWhatASimulatedHostEarns() {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
    for (int hits : new int[] {1, 3}) {
      for (Strategy strategy : Strategy.values()) {
        HostEconomics terms = new HostEconomics(0.001, 1, 0.1, 0.02, 0.9, hits, 600, 0.5);
        double sum = 0;
        int runs = 20_000;
        for (int i = 0; i < runs; i++) {
          sum += played(terms, strategy, random);
        }
        assertThat(sum / runs)
            .as("%s, %d hits", strategy, hits)
            .isCloseTo(terms.net(strategy), within(0.005));
      }
    }
  }

  /** One host, query by query, until it is convicted. */
  private static double played(HostEconomics terms, Strategy strategy, RandomGenerator random) {
    if (strategy == Strategy.HONEST) {
      return 0;
    }
    double spared = 0;
    for (int hits = 0; hits < terms.hits(); ) {
      if (random.nextDouble() < strategy.part()) {
        spared += terms.price();
        boolean fires = random.nextDouble() < terms.auditShare() * terms.success();
        hits += fires ? 1 : 0;
      }
    }
    double back = strategy == Strategy.FREELOAD_AND_SELF_REPORT ? terms.reward() : 0;
    return spared + terms.sparedInWindow(strategy) - terms.penalty() + back;
  }

  @Test
  void freeloadingPaysBelowTheBreakEvenShareAndNotAboveIt() {
    double share = TERMS.breakEvenAuditShare();
    assertThat(TERMS.withAuditShare(share * 1.01).honestyPays()).isTrue();
    assertThat(TERMS.withAuditShare(share * 0.99).honestyPays()).isFalse();
    assertThat(TERMS.withAuditShare(share).net(Strategy.FREELOAD_AND_SELF_REPORT))
        .isCloseTo(0, within(1e-9));
  }

  @Test
  void theAdvisedPenaltyLeavesTwiceWhatIsSpared() {
    HostEconomics cheap = new HostEconomics(0.01, 5, 0.5, 0.001, 0.9, 2, 3_600, 2);
    assertThat(cheap.honestyPays()).isFalse();
    HostEconomics advised =
        new HostEconomics(0.01, cheap.advisedPenalty(), 0.5, 0.001, 0.9, 2, 3_600, 2);
    assertThat(advised.honestyPays()).isTrue();
    assertThat(advised.net(Strategy.FREELOAD_AND_SELF_REPORT))
        .isCloseTo(-advised.sparedUntilConviction(Strategy.FREELOAD), within(1e-9));
  }

  @Test
  void noAuditMakesUpForAWindowThatIsWorthThePenalty() {
    HostEconomics busy = new HostEconomics(0.001, 100, 10, 1, 1, 1, 86_400, 2);
    assertThat(busy.breakEvenAuditShare()).isInfinite();
    assertThat(busy.honestyPays()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "-1,10,1,0.1,0.9,1,0,0",
    "NaN,10,1,0.1,0.9,1,0,0",
    "1,Infinity,1,0.1,0.9,1,0,0",
    "1,10,11,0.1,0.9,1,0,0",
    "1,10,1,0,0.9,1,0,0",
    "1,10,1,0.1,1.1,1,0,0",
    "1,10,1,0.1,0.9,0,0,0"
  })
  void refusesWhatTermsCannotBe(
      double price,
      double penalty,
      double reward,
      double share,
      double success,
      int hits,
      double window,
      double rate) {
    assertThatThrownBy(
            () -> new HostEconomics(price, penalty, reward, share, success, hits, window, rate))
        .isInstanceOf(CodedException.class);
  }
}
