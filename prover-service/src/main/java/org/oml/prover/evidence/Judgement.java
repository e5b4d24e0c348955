package org.oml.prover.evidence;

/**
 * A finding with its reason.
 *
 * @param reason one sentence for people
 */
public record Judgement(Finding finding, String reason) {

  /** Whether a case can be built on it. The court and the permission service have the last word. */
  public boolean isEvidence() {
    return switch (finding) {
      case UNPERMITTED, UNPROVEN -> true;
      case PERMITTED, MISSING -> false;
    };
  }
}
