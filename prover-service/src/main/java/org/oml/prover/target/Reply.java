package org.oml.prover.target;

import java.time.Duration;

/** What an endpoint replied to one question. */
public sealed interface Reply {

  /** It answered. */
  record Answered(Transcript transcript) implements Reply {}

  /**
   * It did not.
   *
   * @param outcome never {@link Outcome#ANSWERED}
   * @param retryAfter how long the endpoint asked to be left alone, 0 if it did not ask
   */
  record Unanswered(Outcome outcome, Duration retryAfter) implements Reply {}
}
