package org.oml.dashboard.platform;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;

/**
 * An audit as the prover shows it. State and verdict are texts, so that a newer prover's words are
 * shown too.
 */
public record Audit(
    UUID auditId,
    Bytes32 instanceId,
    Address host,
    String endpoint,
    String model,
    String state,
    int keys,
    int covers,
    int keysAsked,
    int coversAsked,
    int keysAnswered,
    @Nullable String verdict,
    @Nullable String reason,
    @Nullable UUID caseId,
    Instant createdAt,
    @Nullable Instant finishedAt) {

  /** Whether the page still changes. */
  public boolean isRunning() {
    return !state.equals("DONE");
  }
}
