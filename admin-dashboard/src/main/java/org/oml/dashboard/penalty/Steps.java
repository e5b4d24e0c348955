package org.oml.dashboard.penalty;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.oml.dashboard.penalty.Moment.Mark;
import org.oml.dashboard.platform.PenaltyCase.Transaction;

/** Puts moments in a row: of those that are not done, the first is now and the others ahead. */
final class Steps {

  private final List<Transaction> transactions;
  private final List<Transaction> others;
  private final List<Moment> moments = new ArrayList<>();

  /** Whether a step before was not done yet. */
  private boolean waiting;

  /**
   * @param transactions of all steps
   */
  Steps(List<Transaction> transactions) {
    this.transactions = transactions;
    this.others = new ArrayList<>(transactions);
  }

  /**
   * @param steps whose transactions belong to it
   */
  void add(String title, String detail, @Nullable Instant at, boolean done, String... steps) {
    Mark mark = done ? Mark.DONE : waiting ? Mark.AHEAD : Mark.NOW;
    waiting |= !done;
    moments.add(new Moment(title, detail, mark, at, of(steps)));
  }

  /** Ends the row early: there is nothing ahead any more. */
  void end(String title, String detail, Mark mark, @Nullable Instant at, String... steps) {
    moments.removeIf(moment -> moment.mark() != Mark.DONE && moment.transactions().isEmpty());
    moments.replaceAll(
        moment ->
            moment.mark() == Mark.DONE
                ? moment
                : new Moment(
                    moment.title(), moment.detail(), Mark.STOPPED, null, moment.transactions()));
    waiting = false;
    moments.add(new Moment(title, detail, mark, at, of(steps)));
  }

  private List<Transaction> of(String... steps) {
    Set<String> wanted = Set.of(steps);
    List<Transaction> found =
        transactions.stream().filter(sent -> wanted.contains(sent.step())).toList();
    others.removeAll(found);
    return found;
  }

  /** All moments, and behind them the transactions that belong to none. */
  List<Moment> moments() {
    if (!others.isEmpty()) {
      moments.add(new Moment("Further transactions", "", Mark.DONE, null, others));
    }
    return List.copyOf(moments);
  }

  /**
   * @param seconds null or 0 for what is not known
   */
  static @Nullable Instant chainTime(@Nullable Long seconds) {
    return seconds == null || seconds == 0 ? null : Instant.ofEpochSecond(seconds);
  }
}
