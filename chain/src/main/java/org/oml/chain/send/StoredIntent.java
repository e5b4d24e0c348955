package org.oml.chain.send;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Bytes32;

/**
 * An intent as the database has it.
 *
 * @param refusals how often nodes refused it since one last took it
 * @param refusal what the last one said
 */
record StoredIntent(
    long id,
    Intent intent,
    IntentState state,
    @Nullable Long nonce,
    @Nullable BigInteger gasLimit,
    @Nullable Bytes32 minedHash,
    @Nullable Long blockNumber,
    @Nullable Bytes32 blockHash,
    boolean reverted,
    int refusals,
    @Nullable String refusal) {

  /** For logs. */
  String key() {
    return intent.key();
  }
}
