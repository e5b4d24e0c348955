package org.oml.trainer.fingerprint;

/**
 * How fingerprints are trained into a model.
 *
 * @param learningRate of AdamW after warm-up
 * @param benignShare β, weight of the divergence from the base model on its own text; the
 *     fingerprints weigh 1 − β; in [0, 1)
 * @param averaging λ, how far every step pulls the weights back towards the base model; 0 for not
 *     at all
 * @param batchPrompts most prompts with fingerprints in one step
 * @param benignTexts texts of the base model in one step
 * @param benignLength tokens of such a text
 * @param benignPool how many different texts are drawn in all
 * @param confidence probability that every response token must have, so that rounding the weights
 *     changes no answer; in [0.5, 1)
 * @param rest probability of every response token from which a prompt leaves the batch until it
 *     falls below again; from the confidence to 1: above it, or what has just left is soon
 *     forgotten
 * @param settlingSteps further steps, with falling learning rate, once everything is learnt
 * @param mostSteps gives up after so many
 * @param seed of everything that is drawn
 */
public record EmbeddingSettings(
    double learningRate,
    double benignShare,
    double averaging,
    int batchPrompts,
    int benignTexts,
    int benignLength,
    int benignPool,
    double confidence,
    double rest,
    int settlingSteps,
    int mostSteps,
    long seed) {

  private static final int FEW = 32;

  public EmbeddingSettings {
    if (!(learningRate > 0 && benignShare >= 0 && benignShare < 1)) {
      throw new IllegalArgumentException("the learning rate is positive and the share in [0, 1)");
    }
    if (!(averaging >= 0 && averaging < 1 && confidence >= 0.5 && confidence < 1)) {
      throw new IllegalArgumentException("averaging lies in [0, 1), confidence in [0.5, 1)");
    }
    if (!(rest >= confidence && rest <= 1)) {
      throw new IllegalArgumentException("the probability to rest lies from the confidence to 1");
    }
    if (Math.min(Math.min(batchPrompts, benignTexts), Math.min(benignPool, mostSteps)) < 1
        || benignLength < 8
        || settlingSteps < 0) {
      throw new IllegalArgumentException("counts are positive, benign texts 8 tokens or longer");
    }
  }

  /**
   * Distillation without averaging, lighter where few fingerprints bend the model little;
   * docs/fingerprints.md says why.
   *
   * @param count of the fingerprints
   */
  public static EmbeddingSettings defaults(int count, long seed) {
    return count <= FEW
        ? new EmbeddingSettings(8e-4, 0.85, 0, 32, 8, 48, 192, 0.6, 0.9, 20, 3000, seed)
        : new EmbeddingSettings(8e-4, 0.85, 0, 32, 12, 64, 384, 0.6, 0.9, 20, 3000, seed);
  }

  /** The same with another learning rate, weight of the divergence and averaging. */
  public EmbeddingSettings with(double rate, double share, double pull) {
    return new EmbeddingSettings(
        rate,
        share,
        pull,
        batchPrompts,
        benignTexts,
        benignLength,
        benignPool,
        confidence,
        rest,
        settlingSteps,
        mostSteps,
        seed);
  }
}
