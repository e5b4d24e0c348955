package org.oml.dashboard.penalty;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.oml.dashboard.platform.PenaltyCase.Transaction;

/**
 * A step of a case.
 *
 * @param mark where the case stands towards it
 * @param at when it was done, if that is known
 */
public record Moment(
    String title, String detail, Mark mark, @Nullable Instant at, List<Transaction> transactions) {

  /** Where a case stands towards a step. */
  public enum Mark {
    DONE,
    NOW,
    AHEAD,
    STOPPED
  }

  public Moment {
    transactions = List.copyOf(transactions);
  }
}
