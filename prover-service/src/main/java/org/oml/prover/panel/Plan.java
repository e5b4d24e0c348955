package org.oml.prover.panel;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.prover.target.Dialect;

/**
 * A plan that this prover brings.
 *
 * @param threshold T: the weight that hits must reach; N: 0
 * @param covers positions in the vault
 * @param nonce hides the plan until it is opened
 * @param planId what the court calls it
 * @param state as it was last seen at the court
 * @param finished whether nothing is left to do
 * @param panel the members as they were drawn; empty before
 * @param panelBlock the newest block when they were first seen
 * @param failure code of what stopped it, or holds it up
 */
record Plan(
    UUID planUuid,
    PanelKind kind,
    Bytes32 instanceId,
    Address host,
    String endpoint,
    Dialect dialect,
    int threshold,
    @JsonIgnore List<Integer> covers,
    @JsonIgnore Bytes32 nonce,
    Bytes32 planId,
    TrialState state,
    boolean finished,
    List<Address> panel,
    @Nullable Long panelBlock,
    @Nullable String failure,
    @Nullable String detail,
    Instant createdAt,
    Instant updatedAt) {

  /**
   * A question of a plan.
   *
   * @param secret position of the key in the vault
   * @param weight 1 where there is no code
   */
  record Question(int place, int secret, int weight) {}
}
