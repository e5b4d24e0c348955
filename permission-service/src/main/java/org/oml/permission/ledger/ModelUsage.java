package org.oml.permission.ledger;

import java.math.BigInteger;
import org.oml.protocol.Bytes32;

/**
 * What a host has had for a model since ever.
 *
 * @param modelId the model
 * @param permits how many, also blank ones
 * @param charge what they cost, in the smallest unit of the payment token
 * @param acknowledged how many of them the host has acknowledged
 * @param acknowledgedCharge for those
 */
public record ModelUsage(
    Bytes32 modelId,
    long permits,
    BigInteger charge,
    long acknowledged,
    BigInteger acknowledgedCharge) {}
