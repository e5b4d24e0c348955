package org.oml.prover.schedule;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.prover.audit.AuditOrder;

/**
 * Audits of one instance at one endpoint that are ordered again and again.
 *
 * @param order what is ordered each time
 * @param keysPerDay keys of the instance that all audits together may spend in a day for this
 *     schedule to order one more
 * @param createdBy in whose name it orders
 * @param lastAudit the audit that was ordered last
 * @param lastOutcome what came of the last time, in a sentence
 * @param lastAt when that was
 * @param nextAt when it orders next
 */
record AuditSchedule(
    UUID scheduleId,
    AuditOrder order,
    ScheduleTimes times,
    int keysPerDay,
    Address createdBy,
    @Nullable UUID lastAudit,
    @Nullable String lastOutcome,
    @Nullable Instant lastAt,
    Instant nextAt) {}
