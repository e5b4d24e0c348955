package org.oml.trainer.attack;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether an attack gets rid of an instance's fingerprints at a price that somebody would pay.
 *
 * @param outcome in a word
 * @param sentence in one or two
 */
record Verdict(Outcome outcome, String sentence) {

  /** Beyond this rise of the loss over that of the instance a model is taken for spoilt. */
  static final double AFFORDABLE = 0.05;

  private static final double FEW = 0.1;
  private static final double HALF = 0.5;

  /** How an attack ends. */
  enum Outcome {
    /** Fewer than one in ten fingerprints are left. */
    WINS("attack wins"),
    /** Fewer than half are left. */
    WEAKENS("weakened"),
    /** Half or more are left. */
    SURVIVES("survives"),
    /** Nothing was measured. */
    UNKNOWN("not measured");

    private final String word;

    Outcome(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  /**
   * @param unattacked the loss increase of the instance itself
   * @param results of one attack on one instance
   */
  static Verdict of(Attack attack, double unattacked, List<AttackResult> results) {
    List<AttackResult> measured =
        results.stream().filter(result -> result.measurement().isPresent()).toList();
    Optional<AttackResult> best =
        measured.stream()
            .filter(result -> isAffordable(attack, unattacked, found(result)))
            .min(Comparator.comparingDouble(result -> found(result).success()));
    if (measured.isEmpty()) {
      return new Verdict(Outcome.UNKNOWN, "Not carried through.");
    }
    if (best.isEmpty()) {
      return new Verdict(
          Outcome.SURVIVES, "Every strength costs the model more than it could be worth.");
    }
    double success = found(best.get()).success();
    Outcome outcome =
        success < FEW ? Outcome.WINS : success < HALF ? Outcome.WEAKENS : Outcome.SURVIVES;
    return new Verdict(
        outcome,
        sentence(attack, outcome, best.get()) + beyond(attack, unattacked, measured, success));
  }

  private static String sentence(Attack attack, Outcome outcome, AttackResult best) {
    Measurement found = found(best);
    String left = percent(found.success()) + " of the askings are still answered";
    String price =
        switch (attack.price()) {
          case LOSS -> " at a loss " + signed(found.lossIncrease()) + " against the base model's";
          case OTHER_PURPOSE ->
              ", and its own task's loss goes from %.3f to %.3f"
                  .formatted(
                      found.also().getOrDefault("taskLossBefore", Double.NaN),
                      found.also().getOrDefault("taskLoss", Double.NaN));
          case NOTHING ->
              found.also().containsKey("falseRefusals")
                  ? ", with "
                      + percent(found.also().get("falseRefusals"))
                      + " of ordinary text refused"
                  : ", and the model is as good as before";
        };
    String beginning =
        switch (outcome) {
          case WINS -> "The attack wins: at “";
          case WEAKENS -> "The attack weakens: at “";
          case SURVIVES, UNKNOWN -> "Survives: at worst, at “";
        };
    return beginning + best.strength() + "”, " + left + price + ".";
  }

  /** Where more would help at a price that nobody pays. */
  private static String beyond(
      Attack attack, double unattacked, List<AttackResult> measured, double success) {
    return measured.stream()
        .filter(result -> !isAffordable(attack, unattacked, found(result)))
        .filter(result -> found(result).success() < success)
        .min(Comparator.comparingDouble(result -> found(result).lossIncrease()))
        .map(
            result ->
                " Fewer, %s, only where the loss is %s."
                    .formatted(
                        percent(found(result).success()), signed(found(result).lossIncrease())))
        .orElse("");
  }

  private static boolean isAffordable(Attack attack, double unattacked, Measurement found) {
    return switch (attack.price()) {
      case LOSS -> found.lossIncrease() <= unattacked + AFFORDABLE;
      case OTHER_PURPOSE, NOTHING -> true;
    };
  }

  private static Measurement found(AttackResult result) {
    return result.measurement().orElseThrow();
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f%%", 100 * share);
  }

  private static String signed(double share) {
    return signed(share, 1);
  }

  /** A change with its sign; what rounds to nothing has none. */
  static String signed(double share, int digits) {
    String text = String.format(Locale.ROOT, "%+." + digits + "f%%", 100 * share);
    return text.matches("[+-]0[.0]*%") ? text.substring(1) : text;
  }
}
