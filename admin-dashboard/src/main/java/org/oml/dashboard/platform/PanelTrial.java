package org.oml.dashboard.platform;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;

/**
 * A case N or T of the prover: a plan, and what a panel made of it.
 *
 * @param questions that the plan has
 * @param answers that members handed over
 */
public record PanelTrial(
    Plan plan, int questions, int answers, List<PenaltyCase.Transaction> transactions) {

  /** Before these nobody but the prover knows whom a plan is about. */
  private static final Set<String> KNOWN_TO_ALL =
      Set.of("OPENED", "ACQUITTED", "CONVICTED", "STOPPED", "PAID");

  /**
   * What is to be shown, and to whom.
   *
   * @param kind {@code N} or {@code T}
   * @param panel its members, once they are drawn
   */
  public record Plan(
      UUID planUuid,
      String kind,
      Bytes32 instanceId,
      Address host,
      String endpoint,
      String state,
      boolean finished,
      List<Address> panel,
      @Nullable String failure,
      Instant createdAt) {

    /** As people write it. */
    public String about() {
      return switch (kind) {
        case "N" -> "answers without receipts";
        case "T" -> "a copy elsewhere";
        default -> kind;
      };
    }
  }

  /** Whether the court has it, and with it everybody. */
  public boolean isOpened() {
    return KNOWN_TO_ALL.contains(plan.state());
  }
}
