package org.oml.dashboard.penalty;

import static org.oml.dashboard.penalty.Steps.chainTime;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.oml.dashboard.penalty.Moment.Mark;
import org.oml.dashboard.platform.PenaltyCase;

/** The steps of a case in their order: what was done, what is being done, what is still ahead. */
final class Timeline {

  private static final Set<String> ENDED_EARLY = Set.of("REBUTTED", "WITHDRAWN", "FAILED");

  private final PenaltyCase shown;
  private final Steps steps;

  private Timeline(PenaltyCase shown) {
    this.shown = shown;
    this.steps = new Steps(shown.transactions());
  }

  static List<Moment> of(PenaltyCase shown) {
    Timeline timeline = new Timeline(shown);
    timeline.build();
    return timeline.steps.moments();
  }

  private void build() {
    steps.add(
        "Opened", "An answer of the host proves a use without a permit.", shown.openedAt(), true);
    steps.add(
        "Committed",
        "The evidence is committed to on chain, before anybody is asked about a permit.",
        chainTime(shown.committedAt()),
        shown.committedAt() != null,
        "COMMIT");
    steps.add("Permit looked up", lookup(), null, shown.lookup() != null);
    steps.add(
        "Revealed",
        "The court has the evidence.",
        chainTime(shown.revealedAt()),
        shown.revealedAt() != null,
        "REVEAL");
    if (ENDED_EARLY.contains(shown.state())) {
      ended();
    } else {
      steps.add(
          "Window",
          "Until it is over, anybody may acquit the host with the permit.",
          null,
          Set.of("FINALISING", "CONVICTED").contains(shown.state()));
      steps.add(
          "Convicted",
          "Nobody showed a permit in time: the host's stake is slashed.",
          chainTime(shown.decidedAt()),
          shown.state().equals("CONVICTED"),
          "FINALISE");
    }
    if (!Set.of("WITHDRAWN", "FAILED").contains(shown.state())) {
      steps.add(
          "Settled",
          "The prover collects its bond and what the court owes it.",
          null,
          shown.paid(),
          "PAYOUT",
          "COLLECT");
    }
  }

  /** A case that ended early has no steps ahead of its end. */
  private void ended() {
    Instant decided = chainTime(shown.decidedAt());
    String title =
        switch (shown.state()) {
          case "REBUTTED" -> "Rebutted";
          case "WITHDRAWN" -> "Withdrawn";
          default -> "Failed";
        };
    String code = shown.failure() == null ? "" : " (" + shown.failure() + ")";
    steps.end(
        title,
        (shown.detail() == null ? "The case ended." : shown.detail()) + code,
        shown.state().equals("FAILED") ? Mark.STOPPED : Mark.DONE,
        decided == null ? shown.updatedAt() : decided,
        "FINALISE");
  }

  private String lookup() {
    String answer = shown.lookup() == null ? "" : shown.lookup();
    return switch (answer) {
      case "" -> "The permission service is asked whether it has a permit for the query.";
      case "NONE" -> "The permission service has no permit for the query.";
      case "NOT_COVERING" ->
          "The permission service has a permit, which does not cover the answer.";
      case "FOUND" -> "The permission service has the permit.";
      default -> "The permission service said: " + answer + ".";
    };
  }
}
