package org.oml.dashboard.platform;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Bytes32;

/**
 * An epoch as the permission service shows it; times in seconds since 1970.
 *
 * @param total in the smallest unit of the payment token
 * @param charges how many hosts are charged
 * @param settled how many of them are
 */
public record Epoch(
    Bytes32 modelId,
    String epoch,
    long from,
    long until,
    Bytes32 permitRoot,
    Bytes32 chargeHead,
    BigInteger count,
    BigInteger total,
    int charges,
    long closedAt,
    String state,
    int settled,
    @Nullable Long postedAt,
    @Nullable Bytes32 transaction) {}
