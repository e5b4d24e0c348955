package org.oml.prover.panel;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Bytes32;
import org.oml.prover.target.ClientProfile;
import org.oml.prover.target.Dialect;
import org.oml.prover.target.Endpoint;
import org.oml.prover.target.Target;

/**
 * A place of this prover's account on the panel of somebody's plan.
 *
 * @param maker where the plan's prover is
 * @param endpoint where it asks
 * @param model how the endpoint calls its model; null before it was asked
 * @param nextAt when it asks next
 * @param delivered whether the plan's prover has the answers
 */
record Seat(
    Bytes32 planId,
    String maker,
    int place,
    Bytes32 instanceId,
    String endpoint,
    Dialect dialect,
    ClientProfile client,
    @Nullable String model,
    State state,
    Instant nextAt,
    boolean delivered,
    @Nullable String failure,
    @Nullable String detail,
    Instant createdAt,
    Instant updatedAt) {

  /** How far it is. */
  enum State {
    /** It asks as a user would. */
    ASKING,
    /** Its answers are fixed, and their root is on its way to the chain. */
    COMMITTING,
    /** The root is on chain; when nobody can commit any more the answers follow. */
    REVEALING,
    /** All are on chain. What is left is the reward, if there will be one. */
    REVEALED,
    DONE,
    /** It came to nothing, for the reason that it names. */
    FAILED
  }

  /**
   * A text to ask.
   *
   * @param place of the question in the plan; null for a cover
   * @param context index into the standard audit contexts
   * @param attempts how often it was tried
   * @param outcome null before the last attempt
   */
  record Ask(
      int position,
      @Nullable Integer place,
      String text,
      int context,
      int pauseMillis,
      int attempts,
      @Nullable String outcome) {}

  Target target() {
    return new Target(Endpoint.parse(endpoint), dialect, client);
  }
}
