package org.oml.chain.send;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Bytes32;

/**
 * What became of an intent so far.
 *
 * @param key of the intent
 * @param state how far it is
 * @param transactionHash of the transaction that was mined, or else of the newest that was signed;
 *     null before
 * @param blockNumber where it was mined; null before
 * @param failure why it failed, as {@code TooEarly(1764000000)}; null unless it did
 */
public record Submission(
    String key,
    IntentState state,
    @Nullable Bytes32 transactionHash,
    @Nullable Long blockNumber,
    @Nullable String failure) {

  /**
   * Whether it failed for the block that it came into and another may not: a reorganisation can put
   * a transaction into a block of an earlier time, where it fails although its time had come.
   */
  boolean failedForItsBlock() {
    return transactionHash != null
        && failure != null
        && (failure.startsWith("TooEarly") || failure.startsWith(Settlement.NO_LONGER));
  }

  /** The transaction's hash, once there is one. */
  public Optional<Bytes32> hash() {
    return Optional.ofNullable(transactionHash);
  }
}
