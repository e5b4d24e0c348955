package org.oml.permission.host;

import java.math.BigInteger;

/**
 * A host's stake for a model.
 *
 * @param active what counts towards the minimum
 * @param isSuspended whether it was slashed and the host has deposited nothing since
 */
public record Stake(BigInteger active, boolean isSuspended) {

  static final Stake NONE = new Stake(BigInteger.ZERO, false);

  Stake deposited(BigInteger amount) {
    return new Stake(active.add(amount), false);
  }

  Stake exiting(BigInteger amount) {
    return new Stake(active.subtract(amount), isSuspended);
  }

  /** The active part pays first. */
  Stake slashed(BigInteger amount) {
    return new Stake(active.subtract(amount.min(active)), true);
  }
}
