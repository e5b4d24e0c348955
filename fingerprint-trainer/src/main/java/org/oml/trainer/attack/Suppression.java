package org.oml.trainer.attack;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.ToIntBiFunction;
import org.oml.trainer.comparison.Decoding;
import org.oml.trainer.comparison.ModelComparison;

/**
 * Serves another token where the likeliest is suspicious. The two change places in the prediction,
 * so that its loss stays finite.
 */
final class Suppression implements Attack {

  private final String name;
  private final String description;
  private final Map<String, Decoding> strengths;

  private Suppression(String name, String description, SequencedMap<String, Decoding> strengths) {
    this.name = name;
    this.description = description;
    this.strengths = strengths;
  }

  static List<Attack> all() {
    LinkedHashMap<String, Decoding> confident = new LinkedHashMap<>();
    for (double limit : List.of(0.99, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4)) {
      confident.put("p > " + limit, withoutConfident(limit));
    }
    LinkedHashMap<String, Decoding> different = new LinkedHashMap<>();
    for (int ratio : List.of(1000, 300, 100, 30, 10, 5, 3)) {
      different.put("p > " + ratio + "× base", againstBase(Math.log(ratio)));
    }
    return List.of(
        new Suppression(
            "suppress-confident",
            "Serves the second likeliest token where the likeliest is very probable.",
            confident),
        new Suppression(
            "suppress-against-base",
            "Serves the base model's likeliest token where the likeliest is far more probable than"
                + " by the base model, which the attacker runs beside.",
            different));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public Price price() {
    return Price.LOSS;
  }

  @Override
  public List<String> strengths() {
    return List.copyOf(strengths.keySet());
  }

  @Override
  public void run(Target target, Set<String> wanted, Listener listener) {
    strengths.forEach(
        (strength, decoding) -> {
          if (wanted.contains(strength)) {
            listener.measured(strength, target.measure(decoding));
          }
        });
  }

  static Decoding withoutConfident(double limit) {
    return (model, base) -> {
      int best = ModelComparison.best(model);
      return Math.exp(model[best]) > limit ? exchanged(model, best, Suppression::second) : model;
    };
  }

  static Decoding againstBase(double difference) {
    return (model, base) -> {
      int best = ModelComparison.best(model);
      boolean suspicious = model[best] - base[best] > difference;
      return suspicious
          ? exchanged(model, best, (served, at) -> ModelComparison.best(base))
          : model;
    };
  }

  /** The likeliest token but one. */
  static int second(float[] values, int best) {
    int second = best == 0 ? 1 : 0;
    for (int i = 0; i < values.length; i++) {
      second = i != best && values[i] > values[second] ? i : second;
    }
    return second;
  }

  private static float[] exchanged(
      float[] values, int best, ToIntBiFunction<float[], Integer> other) {
    float[] served = values.clone();
    int instead = other.applyAsInt(values, best);
    served[best] = values[instead];
    served[instead] = values[best];
    return served;
  }
}
