package org.oml.chain.simulation;

import java.math.BigInteger;
import java.util.List;
import java.util.stream.Stream;
import org.oml.protocol.Bytes32;

/**
 * A block of the simulated chain.
 *
 * @param transactions of the account
 * @param otherEvents ids of the events that others had the contract emit
 * @param nextNonce of the account after it
 */
record SimulatedBlock(
    long number,
    Bytes32 hash,
    Bytes32 parentHash,
    long timestamp,
    BigInteger baseFee,
    List<SimulatedTransaction> transactions,
    List<Long> otherEvents,
    long nextNonce) {

  boolean succeeded(SimulatedTransaction transaction) {
    return transaction.call().succeedsIn(number);
  }

  /** The ids of its events, in order. */
  List<Long> events() {
    return Stream.concat(
            transactions.stream()
                .filter(transaction -> transaction.call().doesSomething())
                .filter(this::succeeded)
                .map(transaction -> transaction.call().id()),
            otherEvents.stream())
        .toList();
  }
}
