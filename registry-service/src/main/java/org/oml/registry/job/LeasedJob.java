package org.oml.registry.job;

import java.time.Instant;
import java.util.UUID;
import org.oml.protocol.Bytes32;

/**
 * A job in the hands of a worker.
 *
 * @param jobId of the job
 * @param instanceId that is to be made
 * @param seed from which its fingerprints are drawn
 * @param leaseToken proves the lease
 * @param leasedUntil when it ends without a heartbeat
 */
record LeasedJob(
    UUID jobId, Bytes32 instanceId, Bytes32 seed, UUID leaseToken, Instant leasedUntil) {}
