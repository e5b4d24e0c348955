package org.oml.prover.evidence;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;

/**
 * A case as the prover keeps it.
 *
 * @param courtCase the court's identifier: the digest of the receipt with response root 0, for a
 *     case E its complement
 * @param committedAt chain time in seconds, once the commitment is on chain
 * @param lookup what the permission service said, once it was asked
 * @param revealedAt chain time in seconds, once the evidence is
 * @param paid whether the reward and the bond were collected
 * @param failure code of what stopped it, or holds it up
 */
record PenaltyCase(
    UUID caseId,
    CaseKind kind,
    UUID auditId,
    int queryPosition,
    Bytes32 instanceId,
    Address host,
    CaseState state,
    Bytes32 commitment,
    Bytes32 nonce,
    Bytes32 courtCase,
    @Nullable Long committedAt,
    @Nullable String lookup,
    @Nullable Long revealedAt,
    @Nullable Long decidedAt,
    boolean paid,
    @Nullable String failure,
    @Nullable String detail,
    Instant openedAt,
    Instant updatedAt) {}
