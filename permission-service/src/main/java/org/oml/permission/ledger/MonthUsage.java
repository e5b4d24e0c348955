package org.oml.permission.ledger;

import java.math.BigInteger;
import org.oml.protocol.Bytes32;

/**
 * What a host has had for a model in a month.
 *
 * @param modelId the model
 * @param permits how many
 * @param blanks how many of them are blank
 * @param charge what all of them cost, in the smallest unit of the payment token
 */
public record MonthUsage(Bytes32 modelId, long permits, long blanks, BigInteger charge) {}
