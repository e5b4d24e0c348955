package org.oml.trainer.attack;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoublePredicate;
import org.oml.trainer.fingerprint.Asking;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.model.TokenBatch;

/**
 * Refuses questions whose loss under the model is unlike that of ordinary text: higher than almost
 * all of it, or lower. The limit is set on pieces of the held-out text that begin where a sentence
 * does and are as long as the keys, so that a stated share of them is refused wrongly.
 */
final class InputFilter implements Attack {

  private static final List<Integer> PERCENTS = List.of(1, 5);
  private static final String HIGH = "unnatural, ";
  private static final String LOW = "too natural, ";

  @Override
  public String name() {
    return "perplexity-filter";
  }

  @Override
  public String description() {
    return "Refuses questions that are less natural, or more, than ordinary text; the strength is"
        + " the share of ordinary text that is refused too.";
  }

  @Override
  public Price price() {
    return Price.NOTHING;
  }

  @Override
  public List<String> strengths() {
    List<String> strengths = new ArrayList<>();
    for (String side : List.of(HIGH, LOW)) {
      PERCENTS.forEach(percent -> strengths.add(side + percent + "%"));
    }
    return strengths;
  }

  @Override
  public void run(Target target, Set<String> wanted, Listener listener) {
    List<int[]> keys = target.asking().keys();
    int length = keys.stream().mapToInt(key -> key.length).sorted().toArray()[keys.size() / 2];
    List<int[]> pieces = pieces(target, length);
    if (pieces.size() < 100) {
      strengths().stream()
          .filter(wanted::contains)
          .forEach(
              strength ->
                  listener.failed(strength, "The held-out text is too short to set a limit."));
      return;
    }
    double[] ordinary = losses(target.model(), pieces);
    double[] asked = losses(target.model(), keys);
    boolean[] fired = target.fired(target.asking());
    Measurement unfiltered = target.measure(target.asking());
    limits(ordinary)
        .forEach(
            (strength, refused) -> {
              if (wanted.contains(strength)) {
                listener.measured(
                    strength,
                    unfiltered
                        .withSuccess(success(target.asking(), fired, asked, refused))
                        .with("keysRefused", share(asked, refused))
                        .with("falseRefusals", share(ordinary, refused)));
              }
            });
  }

  /** By strength which losses are refused. */
  private static Map<String, DoublePredicate> limits(double[] ordinary) {
    Map<String, DoublePredicate> limits = new LinkedHashMap<>();
    for (int percent : PERCENTS) {
      double high = quantile(ordinary, 1 - percent / 100.0);
      double low = quantile(ordinary, percent / 100.0);
      limits.put(HIGH + percent + "%", loss -> loss > high);
      limits.put(LOW + percent + "%", loss -> loss < low);
    }
    return limits;
  }

  /**
   * The share of askings that pass and are answered with the response.
   *
   * @param fired for each asking whether it is, where nothing is refused
   * @param losses of the keys, one for each fingerprint
   */
  static double success(Asking asking, boolean[] fired, double[] losses, DoublePredicate refused) {
    int count = 0;
    for (int i = 0; i < fired.length; i++) {
      count += fired[i] && !refused.test(losses[asking.fingerprint(i)]) ? 1 : 0;
    }
    return (double) count / fired.length;
  }

  /** Beginnings of sentences in the held-out text; without a token before them, as the keys are. */
  private static List<int[]> pieces(Target target, int length) {
    List<int[]> pieces = new ArrayList<>();
    for (int[] window : target.text().windows()) {
      int from = 1;
      while (from + length < window.length) {
        String before = target.vocabulary().text(window[from - 1]);
        if (before.matches("(?s).*[.!?\"\\n]\\s*")) {
          pieces.add(Arrays.copyOfRange(window, from, from + length));
          from += length;
        } else {
          from++;
        }
      }
    }
    return pieces;
  }

  /** Mean loss of each text's tokens but the first. */
  private static double[] losses(LanguageModel model, List<int[]> texts) {
    double[] means = new double[texts.size()];
    int done = 0;
    for (List<int[]> part : Target.parts(texts, 64)) {
      float[] losses = model.losses(TokenBatch.all(part));
      int next = 0;
      for (int[] text : part) {
        for (int i = 1; i < text.length; i++) {
          means[done] += losses[next++] / (text.length - 1);
        }
        done++;
      }
    }
    return means;
  }

  private static double quantile(double[] values, double share) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[Math.clamp(Math.round(share * (sorted.length - 1)), 0, sorted.length - 1)];
  }

  private static double share(double[] values, DoublePredicate condition) {
    return (double) Arrays.stream(values).filter(condition).count() / values.length;
  }
}
