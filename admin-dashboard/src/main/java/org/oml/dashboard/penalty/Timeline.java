package org.oml.dashboard.penalty;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.oml.dashboard.penalty.Moment.Mark;
import org.oml.dashboard.platform.PenaltyCase;
import org.oml.dashboard.platform.PenaltyCase.Transaction;

/** The steps of a case in their order: what was done, what is being done, what is still ahead. */
final class Timeline {

  private static final Set<String> KNOWN =
      Set.of("COMMIT", "REVEAL", "FINALISE", "PAYOUT", "COLLECT");
  private static final Set<String> ENDED_EARLY = Set.of("REBUTTED", "WITHDRAWN", "FAILED");

  private final PenaltyCase shown;
  private final List<Moment> moments = new ArrayList<>();

  /** Whether a step before was not done yet. */
  private boolean waiting;

  private Timeline(PenaltyCase shown) {
    this.shown = shown;
  }

  static List<Moment> of(PenaltyCase shown) {
    Timeline timeline = new Timeline(shown);
    timeline.build();
    return List.copyOf(timeline.moments);
  }

  private void build() {
    step("Opened", "An answer of the host proves a use without a permit.", shown.openedAt(), true);
    step(
        "Committed",
        "The evidence is committed to on chain, before anybody is asked about a permit.",
        chainTime(shown.committedAt()),
        shown.committedAt() != null,
        "COMMIT");
    step("Permit looked up", lookup(), null, shown.lookup() != null);
    step(
        "Revealed",
        "The court has the evidence.",
        chainTime(shown.revealedAt()),
        shown.revealedAt() != null,
        "REVEAL");
    if (ENDED_EARLY.contains(shown.state())) {
      ended();
    } else {
      step(
          "Window",
          "Until it is over, anybody may acquit the host with the permit.",
          null,
          Set.of("FINALISING", "CONVICTED").contains(shown.state()));
      step(
          "Convicted",
          "Nobody showed a permit in time: the host's stake is slashed.",
          chainTime(shown.decidedAt()),
          shown.state().equals("CONVICTED"),
          "FINALISE");
    }
    if (!Set.of("WITHDRAWN", "FAILED").contains(shown.state())) {
      step(
          "Settled",
          "The prover collects its bond and what the court owes it.",
          null,
          shown.paid(),
          "PAYOUT",
          "COLLECT");
    }
    List<Transaction> others =
        shown.transactions().stream().filter(sent -> !KNOWN.contains(sent.step())).toList();
    if (!others.isEmpty()) {
      moments.add(new Moment("Further transactions", "", Mark.DONE, null, others));
    }
  }

  /** A case that ended early has no steps ahead of its end. */
  private void ended() {
    moments.removeIf(moment -> moment.mark() != Mark.DONE && moment.transactions().isEmpty());
    moments.replaceAll(
        moment ->
            moment.mark() == Mark.DONE
                ? moment
                : new Moment(
                    moment.title(), moment.detail(), Mark.STOPPED, null, moment.transactions()));
    waiting = false;
    Instant decided = chainTime(shown.decidedAt());
    String title =
        switch (shown.state()) {
          case "REBUTTED" -> "Rebutted";
          case "WITHDRAWN" -> "Withdrawn";
          default -> "Failed";
        };
    String code = shown.failure() == null ? "" : " (" + shown.failure() + ")";
    moments.add(
        new Moment(
            title,
            (shown.detail() == null ? "The case ended." : shown.detail()) + code,
            shown.state().equals("FAILED") ? Mark.STOPPED : Mark.DONE,
            decided == null ? shown.updatedAt() : decided,
            transactions("FINALISE")));
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

  private void step(
      String title, String detail, @Nullable Instant at, boolean done, String... transactions) {
    Mark mark = done ? Mark.DONE : waiting ? Mark.AHEAD : Mark.NOW;
    waiting |= !done;
    moments.add(new Moment(title, detail, mark, at, transactions(transactions)));
  }

  private List<Transaction> transactions(String... steps) {
    Set<String> wanted = Set.of(steps);
    return shown.transactions().stream().filter(sent -> wanted.contains(sent.step())).toList();
  }

  private static @Nullable Instant chainTime(@Nullable Long seconds) {
    return seconds == null ? null : Instant.ofEpochSecond(seconds);
  }
}
