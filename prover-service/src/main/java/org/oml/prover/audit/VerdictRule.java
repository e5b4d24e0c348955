package org.oml.prover.audit;

import java.util.List;
import java.util.Locale;
import org.oml.prover.evidence.Finding;

/**
 * From the answers to the verdict. Only the gateway's own signature under an answer without a
 * permit accuses. That the model is used, or is not, is told by exact binomial tails over the keys
 * that were answered.
 */
final class VerdictRule {

  /**
   * How likely a model that never saw a key gives its response: one of three candidates, as the
   * paper has it.
   */
  private static final double CHANCE = 1.0 / 3;

  /** How likely an instance, at the least, gives a response that was trained into it. */
  private static final double FAITHFUL = 0.9;

  private static final double ERROR = 0.05;

  private VerdictRule() {}

  /**
   * A verdict with its reason.
   *
   * @param reason one sentence for people
   */
  record Decision(Verdict verdict, String reason) {}

  static Decision decide(List<KeyResult> keys) {
    List<KeyResult> answered = keys.stream().filter(KeyResult::answered).toList();
    List<KeyResult> matched = answered.stream().filter(KeyResult::matched).toList();
    long unpermitted = count(matched, Finding.UNPERMITTED);
    if (unpermitted > 0) {
      return new Decision(
          Verdict.USES_WITHOUT_PERMIT,
          unpermitted + " fingerprint answers came with a signed receipt that names no permit.");
    }
    double byChance = atLeast(matched.size(), answered.size(), CHANCE);
    if (!answered.isEmpty() && byChance <= ERROR) {
      return used(answered, matched, byChance);
    }
    double byFaithful = atMost(matched.size(), answered.size(), FAITHFUL);
    if (!answered.isEmpty() && byFaithful <= ERROR) {
      return new Decision(
          Verdict.DOES_NOT_USE,
          sentence(answered, matched, byFaithful, "would an instance answer no more of them"));
    }
    return new Decision(
        Verdict.INCONCLUSIVE,
        "%d of %d keys were answered, %d of them by the fingerprint: too little to tell."
            .formatted(answered.size(), keys.size(), matched.size()));
  }

  private static Decision used(List<KeyResult> answered, List<KeyResult> matched, double byChance) {
    String reason = sentence(answered, matched, byChance, "would chance answer as many");
    if (count(matched, Finding.PERMITTED) == matched.size()) {
      return new Decision(Verdict.USES_WITH_PERMIT, reason + " Each came with a valid permit.");
    }
    return new Decision(
        Verdict.INCONCLUSIVE,
        reason
            + " %d came without a valid receipt, %d named a permit that was not shown; that accuses nobody."
                .formatted(count(matched, Finding.MISSING), count(matched, Finding.UNPROVEN)));
  }

  private static String sentence(
      List<KeyResult> answered, List<KeyResult> matched, double probability, String what) {
    return String.format(
        Locale.ROOT,
        "%d of %d answers were the fingerprint's; with probability %.2g %s.",
        matched.size(),
        answered.size(),
        probability,
        what);
  }

  private static long count(List<KeyResult> results, Finding finding) {
    return results.stream().filter(result -> result.finding() == finding).count();
  }

  /** P(X ≥ k) for X binomial over n trials. */
  static double atLeast(int k, int n, double p) {
    return k <= 0 ? 1 : Math.min(1, sum(k, n, n, p));
  }

  /** P(X ≤ k) for X binomial over n trials. */
  static double atMost(int k, int n, double p) {
    return Math.min(1, sum(0, k, n, p));
  }

  private static double sum(int from, int to, int n, double p) {
    double sum = 0;
    double logChoose = 0;
    for (int k = 0; k <= to; k++) {
      if (k > 0) {
        logChoose += Math.log((double) (n - k + 1) / k);
      }
      if (k >= from) {
        sum += Math.exp(logChoose + k * Math.log(p) + (n - k) * Math.log1p(-p));
      }
    }
    return sum;
  }
}
