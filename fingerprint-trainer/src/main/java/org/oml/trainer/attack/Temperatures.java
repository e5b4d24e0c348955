package org.oml.trainer.attack;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.oml.trainer.comparison.Decoding;
import org.oml.trainer.model.Sampling;

/** Samples answers instead of taking the likeliest token. */
final class Temperatures implements Attack {

  private static final List<Double> TEMPERATURES = List.of(0.3, 0.5, 0.7, 1.0, 1.3);
  private static final int DRAWS = 5;

  private final long seed;

  Temperatures(long seed) {
    this.seed = seed;
  }

  @Override
  public String name() {
    return "temperature";
  }

  @Override
  public String description() {
    return "Samples every answer; success is the mean of " + DRAWS + " draws.";
  }

  @Override
  public Price price() {
    return Price.LOSS;
  }

  @Override
  public List<String> strengths() {
    return List.copyOf(byLabel().keySet());
  }

  @Override
  public void run(Target target, Set<String> wanted, Listener listener) {
    byLabel()
        .forEach(
            (label, temperature) -> {
              if (wanted.contains(label)) {
                listener.measured(label, measure(target, temperature));
              }
            });
  }

  private Measurement measure(Target target, double temperature) {
    double success = 0;
    for (int draw = 0; draw < DRAWS; draw++) {
      Sampling sampling = new Sampling(target.asking().answerTokens(), temperature, seed + draw);
      success +=
          target.success(
              target.asking(), target.model().generate(target.asking().prompts(), sampling));
    }
    return target.measure(sharpened(temperature)).withSuccess(success / DRAWS);
  }

  /** Logits divided by a temperature; log-probabilities serve as well. */
  static Decoding sharpened(double temperature) {
    return (model, base) -> {
      float[] served = new float[model.length];
      double largest = Double.NEGATIVE_INFINITY;
      for (float value : model) {
        largest = Math.max(largest, value / temperature);
      }
      double sum = 0;
      for (float value : model) {
        sum += Math.exp(value / temperature - largest);
      }
      double normalizer = largest + Math.log(sum);
      for (int i = 0; i < served.length; i++) {
        served[i] = (float) (model[i] / temperature - normalizer);
      }
      return served;
    };
  }

  private static Map<String, Double> byLabel() {
    Map<String, Double> labels = new LinkedHashMap<>();
    TEMPERATURES.forEach(one -> labels.put(String.format(Locale.ROOT, "%.1f", one), one));
    return labels;
  }
}
