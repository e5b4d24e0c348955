package org.oml.prover.audit;

import java.util.List;
import java.util.Locale;
import org.oml.prover.audit.SequentialTest.Result;
import org.oml.prover.evidence.Finding;

/**
 * From the answers to the verdict. Only the gateway's own signature under an answer without a
 * permit accuses. Whether the model is used is told by a sequential test over the keys that were
 * answered; whoever did not answer is neither accused nor cleared.
 */
final class VerdictRule {

  private final SequentialTest test;

  VerdictRule(SequentialTest test) {
    this.test = test;
  }

  /**
   * A verdict with its reason.
   *
   * @param reason one sentence or two for people
   * @param taken answered keys up to the one that decided, or all
   */
  record Decision(Verdict verdict, String reason, int taken) {}

  /** Whether no further key is needed. */
  boolean isDecided(List<KeyResult> keys) {
    return result(keys).answer() != SequentialTest.Answer.UNDECIDED;
  }

  /**
   * @param keys in the order in which they were asked
   */
  Decision decide(List<KeyResult> keys) {
    List<KeyResult> answered = keys.stream().filter(KeyResult::answered).toList();
    List<KeyResult> matched = answered.stream().filter(key -> key.match().isMatch()).toList();
    Result result = result(keys);
    long unpermitted =
        matched.stream()
            .filter(key -> key.match() == Match.EXACT && key.finding() == Finding.UNPERMITTED)
            .count();
    if (unpermitted > 0) {
      return new Decision(
          Verdict.USES_WITHOUT_PERMIT,
          unpermitted + " fingerprint answers came with a signed receipt that names no permit.",
          result.taken());
    }
    String counts =
        "%d of %d answered keys gave the fingerprint's answer"
            .formatted(matched.size(), answered.size());
    return switch (result.answer()) {
      case USES -> used(counts, matched, result.taken());
      case DOES_NOT_USE ->
          new Decision(
              Verdict.DOES_NOT_USE,
              counts
                  + "; an instance would be cleared so with probability %s at most."
                      .formatted(percent(test.wrongClearance())),
              result.taken());
      case UNDECIDED ->
          new Decision(
              Verdict.INCONCLUSIVE,
              "%s, %d of %d were answered: too little to tell."
                  .formatted(counts, answered.size(), keys.size()),
              result.taken());
    };
  }

  private Decision used(String counts, List<KeyResult> matched, int taken) {
    String reason =
        counts
            + "; another model would be taken for the instance with probability %s at most."
                .formatted(percent(test.wrongUse()));
    if (count(matched, Finding.PERMITTED) == matched.size()) {
      return new Decision(
          Verdict.USES_WITH_PERMIT, reason + " Each came with a valid permit.", taken);
    }
    return new Decision(
        Verdict.USES_WITHOUT_RECEIPT,
        reason
            + " %d came without a valid receipt, %d named a permit that was not shown; that accuses nobody."
                .formatted(
                    count(matched, Finding.MISSING),
                    count(matched, Finding.UNPROVEN) + count(matched, Finding.UNPERMITTED)),
        taken);
  }

  private Result result(List<KeyResult> keys) {
    return test.of(keys.stream().filter(KeyResult::answered).map(KeyResult::observation).toList());
  }

  private static long count(List<KeyResult> results, Finding finding) {
    return results.stream().filter(result -> result.finding() == finding).count();
  }

  private static String percent(double probability) {
    return String.format(Locale.ROOT, "%.3g%%", 100 * probability);
  }
}
