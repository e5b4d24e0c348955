package org.oml.dashboard.platform;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Bytes32;

/**
 * When an instance is audited.
 *
 * @param meanGap between random times, ISO 8601
 * @param cron fixed times, where there is no gap
 */
public record Schedule(
    UUID scheduleId,
    Bytes32 instanceId,
    String endpoint,
    int keys,
    int covers,
    @Nullable String meanGap,
    @Nullable String cron,
    @Nullable UUID lastAudit,
    @Nullable String lastOutcome,
    @Nullable Instant lastAt,
    Instant nextAt) {}
