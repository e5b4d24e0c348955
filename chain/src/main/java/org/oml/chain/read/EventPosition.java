package org.oml.chain.read;

import org.oml.protocol.Bytes32;

/**
 * Where an event is.
 *
 * @param block its number
 * @param blockHash the block's hash
 * @param transactionHash the transaction that emitted it
 * @param logIndex its place in the block
 */
public record EventPosition(
    long block, Bytes32 blockHash, Bytes32 transactionHash, long logIndex) {}
