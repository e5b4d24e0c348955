package org.oml.dashboard.platform;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;

/**
 * Fingerprints of an instance that are left to ask.
 *
 * @param keysHeld of those left, by audits that run
 * @param runsOutAt at the present rate; null if none was asked lately
 * @param needsSuccessor whether the host should ask for a new instance now
 */
public record Stock(
    Bytes32 instanceId,
    String model,
    Address host,
    int keys,
    int keysLeft,
    int keysHeld,
    double spentPerDay,
    @Nullable Instant runsOutAt,
    boolean needsSuccessor) {}
