package org.oml.gateway;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for something to become true, for at most half a minute. */
final class Waiting {

  private Waiting() {}

  static void until(BooleanSupplier condition) {
    long deadline = System.nanoTime() + 30_000_000_000L;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("it did not become true within 30 seconds");
      }
      LockSupport.parkNanos(5_000_000);
    }
  }
}
