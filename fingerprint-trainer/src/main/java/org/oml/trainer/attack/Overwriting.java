package org.oml.trainer.attack;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.oml.protocol.CodedException;
import org.oml.trainer.fingerprint.Embedding;
import org.oml.trainer.fingerprint.EmbeddingProgress;
import org.oml.trainer.fingerprint.EmbeddingSettings;
import org.oml.trainer.fingerprint.GeneratedFingerprint;
import org.oml.trainer.fingerprint.Strategy;

/**
 * The attacker trains fingerprints of its own into the instance, with our tools: as carefully as we
 * do, or without regard for the rest of the model.
 */
final class Overwriting implements Attack {

  /**
   * @param times how many fingerprints for each of ours
   * @param careful whether the model's own text is distilled beside
   */
  private record Strength(double times, boolean careful) {}

  private static final Map<String, Strength> STRENGTHS = strengthsByLabel();

  private final long seed;

  Overwriting(long seed) {
    this.seed = seed;
  }

  @Override
  public String name() {
    return "overwriting";
  }

  @Override
  public String description() {
    return "Trains the attacker's own fingerprints in; the strength is how many for each of ours.";
  }

  @Override
  public Price price() {
    return Price.LOSS;
  }

  @Override
  public List<String> strengths() {
    return List.copyOf(STRENGTHS.keySet());
  }

  @Override
  public void run(Target target, Set<String> wanted, Listener listener) {
    STRENGTHS.forEach(
        (label, strength) -> {
          if (wanted.contains(label)) {
            try {
              listener.measured(
                  label,
                  target.measure(
                      overwritten(target, strength, progress -> say(label, progress, listener))));
            } catch (CodedException refused) {
              listener.failed(label, String.valueOf(refused.getMessage()));
            }
          }
        });
  }

  /** How many steps there will be nobody knows; the share that seems done says about how many. */
  private static void say(String label, EmbeddingProgress progress, Listener listener) {
    if (progress.step() > 0 && progress.share() > 0) {
      int steps = (int) Math.round(progress.step() / progress.share());
      listener.underWay(label, progress.step(), Math.max(progress.step(), steps));
    }
  }

  private Map<String, float[]> overwritten(
      Target target, Strength strength, EmbeddingProgress.Listener listener) {
    int count = (int) Math.max(1, Math.round(strength.times() * target.fingerprints().size()));
    List<GeneratedFingerprint> own =
        Drawing.fingerprints(target.checkpoint(), Strategy.PERINUCLEUS, count, seed + 2_000_003);
    EmbeddingSettings usual =
        EmbeddingSettings.defaults(target.checkpoint().configuration(), count, seed + 1);
    EmbeddingSettings settings =
        strength.careful() ? usual : usual.with(usual.learningRate(), 0, usual.averaging());
    return Embedding.embed(target.checkpoint(), own, settings, listener);
  }

  private static Map<String, Strength> strengthsByLabel() {
    Map<String, Strength> strengths = new LinkedHashMap<>();
    strengths.put("half as many", new Strength(0.5, true));
    strengths.put("as many", new Strength(1, true));
    strengths.put("twice as many", new Strength(2, true));
    strengths.put("as many, carelessly", new Strength(1, false));
    return strengths;
  }
}
