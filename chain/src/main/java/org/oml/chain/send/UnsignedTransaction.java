package org.oml.chain.send;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;

/**
 * A transaction (EIP-1559) that pays nothing.
 *
 * @param nonce of the account
 * @param gasLimit that it may use
 * @param recipient the contract, or null to deploy one
 * @param data the encoded call
 * @param maximumFee wei for each unit of gas in all
 * @param priorityFee wei of it for the block's builder
 */
public record UnsignedTransaction(
    long nonce,
    BigInteger gasLimit,
    @Nullable Address recipient,
    byte[] data,
    BigInteger maximumFee,
    BigInteger priorityFee) {

  @Override
  public boolean equals(Object other) {
    return other instanceof UnsignedTransaction that
        && nonce == that.nonce
        && gasLimit.equals(that.gasLimit)
        && Objects.equals(recipient, that.recipient)
        && Arrays.equals(data, that.data)
        && maximumFee.equals(that.maximumFee)
        && priorityFee.equals(that.priorityFee);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(nonce);
  }
}
