package org.oml.registry.catalogue;

import java.math.BigInteger;
import org.oml.protocol.Bytes32;

/**
 * What a host signs up to, as it stands on chain; amounts in units of the payment token, times in
 * seconds.
 *
 * @param version of the terms
 * @param minimumSuccessBps ten-thousandths of the fingerprints that must fire in an instance
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
    Bytes32 contextRoot) {}
