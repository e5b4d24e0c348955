package org.oml.dashboard.signin;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;

/**
 * Slows guessing down: after five wrong passwords none is looked at for a minute, wherever it comes
 * from, since an attacker has many addresses. Whoever is signed in stays so.
 */
final class Lockout {

  static final int FAILURES = 5;
  static final Duration PAUSE = Duration.ofMinutes(1);

  private final InstantSource clock;
  private int failures;
  private Instant lockedUntil = Instant.MIN;

  Lockout(InstantSource clock) {
    this.clock = clock;
  }

  enum Outcome {
    RIGHT,
    WRONG,
    LOCKED
  }

  /** One attempt at a time, so that a hundred at once count as a hundred. */
  synchronized Outcome attempt(BooleanSupplier isRight) {
    if (isLocked()) {
      return Outcome.LOCKED;
    }
    if (isRight.getAsBoolean()) {
      failures = 0;
      return Outcome.RIGHT;
    }
    failures++;
    if (failures == FAILURES) {
      failures = 0;
      lockedUntil = clock.instant().plus(PAUSE);
    }
    return Outcome.WRONG;
  }

  synchronized boolean isLocked() {
    return clock.instant().isBefore(lockedUntil);
  }
}
