package org.oml.chain.send;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Bytes32;

/** A signed transaction for an intent. */
record Attempt(
    Bytes32 transactionHash,
    long intentId,
    byte[] signed,
    Fees fees,
    Instant createdAt,
    @Nullable Instant sentAt) {}
