package org.oml.registry.job;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.registry.instance.InstanceState;

/**
 * A job as whoever oversees the platform sees it.
 *
 * @param attempt how many workers began it
 * @param worker the account that holds or held it
 * @param workerName what that worker calls itself
 * @param leasedUntil when the worker loses it without a heartbeat
 */
record JobRecord(
    UUID jobId,
    JobState state,
    int attempt,
    @Nullable Address worker,
    @Nullable String workerName,
    @Nullable Instant leasedUntil,
    Instant createdAt,
    Bytes32 instanceId,
    Bytes32 modelId,
    String model,
    Address host,
    InstanceState instanceState,
    @Nullable String step,
    @Nullable Double share,
    @Nullable String detail) {}
