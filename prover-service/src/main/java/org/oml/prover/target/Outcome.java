package org.oml.prover.target;

/** What came of a question. Only an answer can accuse; all else is inconclusive. */
public enum Outcome {
  /** A complete answer. */
  ANSWERED(false),
  /** The endpoint would not answer this question. */
  REFUSED(false),
  /** The endpoint asked for patience. */
  RATE_LIMITED(true),
  /** The endpoint said that it could not answer now. */
  ENGINE_FAILED(true),
  /** What came is no answer of the interface that was asked. */
  UNREADABLE(false),
  /** The answer was not complete in time. */
  TIMED_OUT(true),
  /** The connection could not be made, or broke. */
  UNREACHABLE(true);

  private final boolean worthAnotherTry;

  Outcome(boolean worthAnotherTry) {
    this.worthAnotherTry = worthAnotherTry;
  }

  /** Whether the same question may be answered a moment later. */
  public boolean worthAnotherTry() {
    return worthAnotherTry;
  }
}
