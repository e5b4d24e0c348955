package org.oml.prover.evidence;

/** What an answer's receipt proves. */
public enum Finding {
  /** A valid permit covers the answer. It acquits, whatever else there is. */
  PERMITTED,
  /** The gateway signed that it answered without a permit. */
  UNPERMITTED,
  /** The gateway named a permit that it did not show, or one that is not valid. */
  UNPROVEN,
  /** There is no receipt that binds the gateway to this answer. It proves nothing. */
  MISSING;

  /** Whether a case can be built on it. The court and the permission service have the last word. */
  public boolean isEvidence() {
    return switch (this) {
      case UNPERMITTED, UNPROVEN -> true;
      case PERMITTED, MISSING -> false;
    };
  }
}
