package org.oml.dashboard.platform;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;

/** An instance of a model, and to whom it belongs. */
public record ModelInstance(
    Bytes32 instanceId,
    Address host,
    String state,
    long termsVersion,
    @Nullable Bytes32 manifestHash,
    @Nullable Bytes32 transaction,
    Instant updatedAt) {}
