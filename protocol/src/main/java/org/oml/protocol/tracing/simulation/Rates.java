package org.oml.protocol.tracing.simulation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How often a scheme named a coalition, and innocents, in many trials.
 *
 * @param trials how many
 * @param detected in how many one or more of the coalition were named
 * @param falseAccusations in how many an innocent was named
 * @param leaders in how many the highest score was one of the coalition's: the published rule,
 *     which names it in any case
 * @param fitted in how many the coalition is named by {@link Campaign.Threshold#FITTED}
 * @param rarity mean of the natural logarithm of how rare the coalition's highest score is
 */
public record Rates(
    int trials, int detected, int falseAccusations, int leaders, int fitted, double rarity) {

  private static final double FITTED_TO = 0.01;

  static Rates of(List<Trial> trials) {
    List<Double> innocents = new ArrayList<>();
    double rarity = 0;
    int detected = 0;
    int falselyAccused = 0;
    for (Trial trial : trials) {
      detected += trial.detected() ? 1 : 0;
      falselyAccused += trial.falselyAccused() ? 1 : 0;
      rarity += trial.guiltyRarity();
      if (!trial.leaderGuilty()) {
        innocents.add(trial.leaderRarity());
      }
    }
    Collections.sort(innocents);
    int allowed = (int) (FITTED_TO * trials.size());
    double threshold =
        innocents.size() > allowed ? innocents.get(allowed) : Double.POSITIVE_INFINITY;
    int fitted =
        (int)
            trials.stream()
                .filter(trial -> trial.leaderGuilty() && trial.leaderRarity() < threshold)
                .count();
    return new Rates(
        trials.size(),
        detected,
        falselyAccused,
        trials.size() - innocents.size(),
        fitted,
        rarity / trials.size());
  }

  /** Share of the trials in which one or more of the coalition were named. */
  public double detection() {
    return (double) detected / trials;
  }

  /** Share of the trials in which an innocent was named. */
  public double falseAccusation() {
    return (double) falseAccusations / trials;
  }
}
