package org.oml.dashboard.platform;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;

/**
 * A case as the prover shows it.
 *
 * @param committedAt like the other times that are numbers, chain time in seconds
 */
public record PenaltyCase(
    UUID caseId,
    UUID auditId,
    Bytes32 instanceId,
    Address host,
    String state,
    Bytes32 commitment,
    @Nullable Bytes32 courtCase,
    @Nullable Long committedAt,
    @Nullable String lookup,
    @Nullable Long revealedAt,
    @Nullable Long decidedAt,
    boolean paid,
    @Nullable String failure,
    @Nullable String detail,
    Instant openedAt,
    Instant updatedAt,
    List<Transaction> transactions) {

  /**
   * A transaction of a case.
   *
   * @param member of a panel whose answers or bond it is about, where it is about one
   */
  public record Transaction(String step, String hash, @Nullable Address member) {}
}
