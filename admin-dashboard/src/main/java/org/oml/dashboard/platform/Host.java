package org.oml.dashboard.platform;

import java.math.BigInteger;
import java.util.List;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;

/**
 * A host of a model, as the permission service sees it on chain; amounts in the smallest unit of
 * the payment token.
 *
 * @param minimumStake that the terms of its instances ask for
 * @param suspended whether it was slashed and has deposited nothing since
 * @param leaving of its balance, asked back
 * @param lastIssuedAt seconds since 1970; 0 without a permit
 */
public record Host(
    Address host,
    Bytes32 modelId,
    BigInteger stake,
    BigInteger minimumStake,
    boolean suspended,
    BigInteger paidIn,
    BigInteger leaving,
    BigInteger debt,
    BigInteger permits,
    BigInteger charge,
    long lastIssuedAt,
    List<Instance> instances) {

  /** A published instance. */
  public record Instance(Bytes32 instanceId, long termsVersion) {}

  public Host {
    instances = List.copyOf(instances);
  }

  /** What permits can still be bought for. */
  public BigInteger balance() {
    return paidIn.subtract(charge).max(BigInteger.ZERO);
  }

  /** {@code SUSPENDED}, {@code NO_INSTANCE}, {@code STAKE_TOO_SMALL} or {@code ACTIVE}. */
  public String state() {
    if (suspended) {
      return "SUSPENDED";
    }
    if (instances.isEmpty()) {
      return "NO_INSTANCE";
    }
    return stake.compareTo(minimumStake) < 0 ? "STAKE_TOO_SMALL" : "ACTIVE";
  }
}
