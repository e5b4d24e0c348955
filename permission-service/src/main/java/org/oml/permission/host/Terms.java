package org.oml.permission.host;

import java.math.BigInteger;

/**
 * What of a version of the terms concerns permits, in the smallest unit of the payment token.
 *
 * @param pricePerQuery what a permit costs
 * @param minimumStake below which a host gets none
 */
public record Terms(BigInteger pricePerQuery, BigInteger minimumStake) {}
