package org.oml.dashboard.platform;

import java.math.BigInteger;
import org.oml.protocol.Bytes32;

/**
 * A version of a model's terms as it stands on chain; amounts in the smallest unit of the payment
 * token, times in seconds.
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
    Bytes32 contextRoot) {}
