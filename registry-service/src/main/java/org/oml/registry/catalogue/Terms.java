package org.oml.registry.catalogue;

import java.math.BigInteger;
import org.oml.protocol.Bytes32;

/**
 * What a host signs up to, as it stands on chain; amounts in units of the payment token, times in
 * seconds.
 *
 * @param version of the terms
 * @param minimumSuccessBps ten-thousandths of the fingerprints that must fire in an instance
 * @param maximumUnacknowledged permits that may be charged beyond what the host acknowledged
 * @param maximumUtilityLossBps ten-thousandths by which an instance may be worse than the base
 * @param billedWhenEngineFails whether a permit is billed although the engine failed afterwards
 * @param auditAlphaPpb parts per billion with which a panel may convict by chance
 */
public record Terms(
    int version,
    BigInteger pricePerQuery,
    BigInteger minimumStake,
    BigInteger penalty,
    BigInteger maximumReward,
    BigInteger disputeWindow,
    BigInteger unbondingTime,
    BigInteger maximumEvidenceAge,
    int rewardBps,
    int minimumSuccessBps,
    long maximumUnacknowledged,
    int maximumUtilityLossBps,
    boolean billedWhenEngineFails,
    long auditAlphaPpb,
    Bytes32 contextRoot) {

  private static final double ALL_BPS = 10_000;

  /** By which share an instance's loss may be above its base model's. */
  public double largestLossIncrease() {
    return maximumUtilityLossBps / ALL_BPS;
  }
}
