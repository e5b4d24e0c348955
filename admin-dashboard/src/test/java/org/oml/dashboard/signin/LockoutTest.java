package org.oml.dashboard.signin;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.oml.dashboard.signin.Lockout.Outcome;

class LockoutTest {

  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
  private final Lockout lockout = new Lockout(now::get);

  @Test
  void looksAtNoPasswordForAMinuteAfterFiveWrongOnes() {
    wrong(5);

    assertThat(lockout.attempt(() -> true)).isEqualTo(Outcome.LOCKED);
    pass(Lockout.PAUSE.minusMillis(1));
    assertThat(lockout.attempt(() -> true)).isEqualTo(Outcome.LOCKED);
    pass(Duration.ofMillis(1));
    assertThat(lockout.attempt(() -> true)).isEqualTo(Outcome.RIGHT);
  }

  @Test
  void forgetsWrongOnesWithARightOne() {
    wrong(4);
    assertThat(lockout.attempt(() -> true)).isEqualTo(Outcome.RIGHT);
    wrong(4);
    assertThat(lockout.isLocked()).isFalse();
  }

  @Test
  void locksAgainAfterFiveMore() {
    wrong(5);
    pass(Lockout.PAUSE);
    wrong(5);
    assertThat(lockout.isLocked()).isTrue();
  }

  private void wrong(int times) {
    for (int i = 0; i < times; i++) {
      assertThat(lockout.attempt(() -> false)).isEqualTo(Outcome.WRONG);
    }
  }

  private void pass(Duration time) {
    now.updateAndGet(instant -> instant.plus(time));
  }
}
