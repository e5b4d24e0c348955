package org.oml.chain;

import java.math.BigInteger;
import org.oml.protocol.Bytes32;

/**
 * A block's header, as far as it is needed here.
 *
 * @param number from 0
 * @param hash of the block
 * @param parentHash of the block before
 * @param timestamp seconds since 1970
 * @param baseFee wei for each unit of gas (EIP-1559)
 */
public record Block(
    long number, Bytes32 hash, Bytes32 parentHash, long timestamp, BigInteger baseFee) {}
