package org.oml.chain.send;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Bytes32;

/**
 * A signed transaction for an intent.
 *
 * @param cancels whether it does nothing but use up the nonce
 * @param sentAt when a node last took it, as far as it said so
 */
record Attempt(
    Bytes32 transactionHash,
    long intentId,
    byte[] signed,
    Fees fees,
    boolean cancels,
    Instant createdAt,
    @Nullable Instant sentAt) {}
