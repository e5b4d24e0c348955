package org.oml.permission.host;

import java.math.BigInteger;

/**
 * What of a version of the terms concerns permits; amounts in the smallest unit of the payment
 * token.
 *
 * @param pricePerQuery what a permit costs
 * @param minimumStake below which a host gets none
 * @param maximumUnacknowledged permits that may be charged beyond what the host acknowledged
 */
public record Terms(
    BigInteger pricePerQuery, BigInteger minimumStake, long maximumUnacknowledged) {}
