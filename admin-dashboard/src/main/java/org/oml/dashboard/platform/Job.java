package org.oml.dashboard.platform;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;

/**
 * The making of an instance.
 *
 * @param attempt how many workers began it
 * @param share of the step that is done, 0 to 1
 */
public record Job(
    UUID jobId,
    String state,
    int attempt,
    @Nullable Address worker,
    @Nullable String workerName,
    @Nullable Instant leasedUntil,
    Instant createdAt,
    Bytes32 instanceId,
    Bytes32 modelId,
    String model,
    Address host,
    String instanceState,
    @Nullable String step,
    @Nullable Double share,
    @Nullable String detail) {

  /** Whether a worker has it. */
  public boolean isRunning() {
    return state.equals("LEASED");
  }

  public boolean isWaiting() {
    return state.equals("QUEUED");
  }

  public boolean isFailed() {
    return state.equals("FAILED");
  }

  /** Whole per cent of the step, 0 where nothing is known. */
  public long percent() {
    return share == null ? 0 : Math.round(share * 100);
  }
}
