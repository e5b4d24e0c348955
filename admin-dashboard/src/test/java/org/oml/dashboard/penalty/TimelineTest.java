package org.oml.dashboard.penalty;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.oml.dashboard.platform.PenaltyCase;
import org.oml.dashboard.platform.PenaltyCase.Transaction;
import org.oml.protocol.Address;
import org.oml.protocol.Keccak;

class TimelineTest {

  private static final Transaction COMMIT = new Transaction("COMMIT", "0x01", null);
  private static final Transaction REVEAL = new Transaction("REVEAL", "0x02", null);
  private static final Transaction FINALISE = new Transaction("FINALISE", "0x03", null);

  @Test
  void saysWhatIsBeingDoneAndWhatIsAhead() {
    assertThat(marks(inState("COMMITTED", 100L, null, null, null, List.of(COMMIT))))
        .containsExactly(
            "Opened DONE",
            "Committed DONE",
            "Permit looked up NOW",
            "Revealed AHEAD",
            "Window AHEAD",
            "Convicted AHEAD",
            "Settled AHEAD");
  }

  @Test
  void putsEachTransactionToItsStep() {
    List<Moment> moments =
        Timeline.of(
            inState("CONVICTED", 100L, "NONE", 200L, 300L, List.of(COMMIT, REVEAL, FINALISE)));
    assertThat(moments)
        .extracting(Moment::transactions)
        .containsExactly(
            List.of(),
            List.of(COMMIT),
            List.of(),
            List.of(REVEAL),
            List.of(),
            List.of(FINALISE),
            List.of());
    assertThat(moments.get(5).at()).isEqualTo(Instant.ofEpochSecond(300));
  }

  @Test
  void endsWithTheReasonWhereACaseCameToNothing() {
    List<Moment> moments =
        Timeline.of(inState("FAILED", 100L, "NONE", null, null, List.of(COMMIT, REVEAL)));
    assertThat(moments)
        .extracting(moment -> moment.title() + " " + moment.mark())
        .containsExactly(
            "Opened DONE",
            "Committed DONE",
            "Permit looked up DONE",
            "Revealed STOPPED",
            "Failed STOPPED");
    assertThat(moments.getLast().detail()).isEqualTo("It failed. (PROVER_REVEAL_FAILED)");
  }

  @Test
  void endsWithTheHostsPermitWhereThereIsOne() {
    assertThat(marks(inState("WITHDRAWN", 100L, "FOUND", null, null, List.of(COMMIT))))
        .containsExactly(
            "Opened DONE", "Committed DONE", "Permit looked up DONE", "Withdrawn DONE");
    assertThat(marks(inState("REBUTTED", 100L, "NONE", 200L, null, List.of(COMMIT, REVEAL))))
        .endsWith("Revealed DONE", "Rebutted DONE", "Settled NOW");
  }

  @Test
  void showsTransactionsOfStepsThatItDoesNotKnow() {
    Transaction other = new Transaction("APPEAL", "0x09", null);
    assertThat(Timeline.of(inState("COMMITTING", null, null, null, null, List.of(other))))
        .last()
        .extracting(Moment::transactions)
        .isEqualTo(List.of(other));
  }

  private static List<String> marks(PenaltyCase shown) {
    return Timeline.of(shown).stream().map(moment -> moment.title() + " " + moment.mark()).toList();
  }

  private static PenaltyCase inState(
      String state,
      @Nullable Long committedAt,
      @Nullable String lookup,
      @Nullable Long revealedAt,
      @Nullable Long decidedAt,
      List<Transaction> transactions) {
    boolean failed = state.equals("FAILED");
    return new PenaltyCase(
        new UUID(1, 2),
        new UUID(3, 4),
        Keccak.of("instance"),
        Address.ZERO,
        state,
        Keccak.of("commitment"),
        null,
        committedAt,
        lookup,
        revealedAt,
        decidedAt,
        false,
        failed ? "PROVER_REVEAL_FAILED" : null,
        failed ? "It failed." : null,
        Instant.ofEpochSecond(50),
        Instant.ofEpochSecond(400),
        transactions);
  }
}
