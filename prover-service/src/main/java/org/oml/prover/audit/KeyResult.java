package org.oml.prover.audit;

import org.oml.prover.audit.SequentialTest.Observation;
import org.oml.prover.evidence.Finding;

/**
 * What asking one key came to.
 *
 * @param answered whether there was an answer at all
 * @param match how it compares with the fingerprint's
 * @param chance how likely it would match by chance
 * @param finding what its receipt proves
 */
record KeyResult(boolean answered, Match match, double chance, Finding finding) {

  static final KeyResult UNANSWERED = new KeyResult(false, Match.NONE, 1, Finding.MISSING);

  /** The same where a copy of another instance answers so with some probability. */
  KeyResult withChanceAtLeast(double share) {
    return new KeyResult(answered, match, Math.max(chance, share), finding);
  }

  Observation observation() {
    return new Observation(match.isMatch(), chance);
  }
}
