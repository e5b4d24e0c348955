package org.oml.dashboard.platform;

import java.math.BigInteger;
import org.oml.protocol.Address;

/**
 * What a host pays for an epoch, in the smallest unit of the payment token.
 *
 * @param carried the part that was refused of earlier epochs
 */
public record EpochCharge(
    Address host, BigInteger permits, BigInteger amount, BigInteger carried) {}
