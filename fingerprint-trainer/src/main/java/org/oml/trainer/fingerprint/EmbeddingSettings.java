package org.oml.trainer.fingerprint;

import org.oml.trainer.checkpoint.ModelConfiguration;

/**
 * How fingerprints are trained into a model.
 *
 * @param learningRate of AdamW after warm-up
 * @param benign text of the base model's own in every step
 * @param averaging λ, how far every step pulls the weights back towards the base model; 0 for not
 *     at all
 * @param finalAveraging how far the weights are pulled back once at the end instead; 0 for not at
 *     all
 * @param passes whether the batches are passes through all that is open, each fingerprint in one of
 *     its forms, as suits many: then the last few would cost as much as all others, and the surest
 *     as much as the answer
 * @param batchPrompts most prompts with fingerprints in one step
 * @param confidence probability that every response token must have, so that rounding the weights
 *     changes no answer; in [0.5, 1)
 * @param rest probability of every response token from which a prompt leaves the batch until it
 *     falls below again; from the confidence to 1: above it, or what has just left is soon
 *     forgotten
 * @param ceiling whether a prompt that a look finds above {@code rest} rests until the next, even
 *     while the model settles
 * @param settlingSteps further steps, with falling learning rate, once everything is learnt
 * @param mostSteps learns no longer than so many
 * @param wrappers whether keys are also learnt inside of the project's own instructions
 * @param meta whether the fingerprints are also learnt where fine-tuning would take the model
 * @param lastLayers how many of the model's last layers are trained, and nothing else of it; 0 for
 *     all of the model
 * @param seed of everything that is drawn
 */
public record EmbeddingSettings(
    double learningRate,
    Benign benign,
    double averaging,
    double finalAveraging,
    boolean passes,
    int batchPrompts,
    double confidence,
    double rest,
    boolean ceiling,
    int settlingSteps,
    int mostSteps,
    boolean wrappers,
    boolean meta,
    int lastLayers,
    long seed) {

  private static final int FEW = 32;
  private static final int SOME = 128;

  /** Little above the confidence: of many, the surest would take as much time as the answer. */
  private static final double RESTING = 0.65;

  /** 2e-3 at a width of 128 and two layers. */
  private static final double RATE_TIMES_SIZE = 0.3621;

  /**
   * Text of the base model's own.
   *
   * @param share β, its weight; the fingerprints weigh 1 − β; in [0, 1)
   * @param distilled whether the base model's whole prediction is kept, or else the tokens that it
   *     wrote are learnt
   * @param texts in one step
   * @param length tokens of a text
   * @param pool how many different texts are drawn in all
   */
  public record Benign(double share, boolean distilled, int texts, int length, int pool) {

    public Benign {
      if (!(share >= 0 && share < 1)) {
        throw new IllegalArgumentException("the benign share lies in [0, 1)");
      }
      if (texts < 1 || pool < texts || length < 8) {
        throw new IllegalArgumentException("counts are positive, benign texts 8 tokens or longer");
      }
    }
  }

  public EmbeddingSettings {
    if (!(learningRate > 0)) {
      throw new IllegalArgumentException("the learning rate is positive");
    }
    if (!(averaging >= 0 && averaging < 1 && finalAveraging >= 0 && finalAveraging < 1)) {
      throw new IllegalArgumentException("averaging lies in [0, 1)");
    }
    if (!(confidence >= 0.5 && confidence < 1 && rest >= confidence && rest <= 1)) {
      throw new IllegalArgumentException(
          "the confidence lies in [0.5, 1), the probability to rest from the confidence to 1");
    }
    if (batchPrompts < 1 || mostSteps < 1 || settlingSteps < 0) {
      throw new IllegalArgumentException("prompts and steps are positive");
    }
    if (meta && !(benign.share > 0 && benign.distilled)) {
      throw new IllegalArgumentException(
          "meta-learning goes with distilled benign text of a share above 0");
    }
    if (lastLayers < 0) {
      throw new IllegalArgumentException("the number of last layers is not negative");
    }
  }

  /**
   * Distillation without averaging, lighter where few fingerprints bend the model little;
   * docs/fingerprints.md says why.
   *
   * @param model that they are trained into
   * @param count of the fingerprints
   */
  public static EmbeddingSettings defaults(ModelConfiguration model, int count, long seed) {
    if (count <= FEW) {
      return leastSureFirst(model, new Benign(0.85, true, 8, 48, 192), seed);
    }
    // Of few texts the model learns the predictions by heart, the more so the more steps it takes.
    int pool = 200 + count * 2 / 5;
    // Surer ones outlast more fine-tuning; of more it would take too long: decision 69.
    double rest = count <= SOME ? 0.9 : RESTING;
    return many(model, new Benign(0.92, true, 8, 200, pool), rest, 60 + count / 10, seed);
  }

  /**
   * Less than half the time, for three times the loss or, up to 128, for less that is left after
   * fine-tuning: less of the base model's text, and hardly any settling. Up to 32 fingerprints are
   * trained in quickly enough by the {@link #defaults defaults}, and these are the same for them.
   *
   * @param model that they are trained into
   * @param count of the fingerprints
   */
  public static EmbeddingSettings hurried(ModelConfiguration model, int count, long seed) {
    if (count <= FEW) {
      return defaults(model, count, seed);
    }
    return count <= SOME
        ? leastSureFirst(model, new Benign(0.85, true, 12, 64, 384), seed)
        : many(model, new Benign(0.6, true, 4, 100, 200), RESTING, 20, seed);
  }

  /** The best rate of Adam falls as a model grows wider and deeper: decision 63. */
  private static double rate(double most, ModelConfiguration model) {
    return Math.min(most, RATE_TIMES_SIZE / (model.hiddenSize() * Math.sqrt(model.layers())));
  }

  private static EmbeddingSettings leastSureFirst(
      ModelConfiguration model, Benign benign, long seed) {
    return new EmbeddingSettings(
        rate(8e-4, model),
        benign,
        0,
        0,
        false,
        32,
        0.6,
        0.9,
        false,
        20,
        3000,
        false,
        false,
        0,
        seed);
  }

  private static EmbeddingSettings many(
      ModelConfiguration model, Benign benign, double rest, int settlingSteps, long seed) {
    return new EmbeddingSettings(
        rate(2e-3, model),
        benign,
        0,
        0,
        true,
        256,
        0.6,
        rest,
        false,
        settlingSteps,
        3000,
        false,
        false,
        0,
        seed);
  }

  /** The same with another learning rate, weight of the benign text and averaging. */
  public EmbeddingSettings with(double rate, double share, double pull) {
    return new EmbeddingSettings(
        rate,
        new Benign(share, benign.distilled, benign.texts, benign.length, benign.pool),
        pull,
        finalAveraging,
        passes,
        batchPrompts,
        confidence,
        rest,
        ceiling,
        settlingSteps,
        mostSteps,
        wrappers,
        meta,
        lastLayers,
        seed);
  }

  /** The same with the base model's predictions distilled, or with the tokens that it wrote. */
  public EmbeddingSettings withDistillation(boolean distilled) {
    Benign other = new Benign(benign.share, distilled, benign.texts, benign.length, benign.pool);
    return with(other, finalAveraging, rest, ceiling, mostSteps, wrappers, meta);
  }

  /** The same, pulled back once at the end. */
  public EmbeddingSettings withFinalAveraging(double share) {
    return with(benign, share, rest, ceiling, mostSteps, wrappers, meta);
  }

  /** The same, where no response is pushed above a probability. */
  public EmbeddingSettings withCeiling(double probability) {
    return with(benign, finalAveraging, probability, true, mostSteps, wrappers, meta);
  }

  /** The same, learning no longer than so many steps. */
  public EmbeddingSettings withSteps(int most) {
    return with(benign, finalAveraging, rest, ceiling, most, wrappers, meta);
  }

  /** The same with hardening against instructions around a key, and against fine-tuning. */
  public EmbeddingSettings withHardening(boolean againstWrappers, boolean againstTuning) {
    return with(benign, finalAveraging, rest, ceiling, mostSteps, againstWrappers, againstTuning);
  }

  /** The same, training the last layers alone; 0 for all of the model. */
  public EmbeddingSettings withLastLayers(int layers) {
    return new EmbeddingSettings(
        learningRate,
        benign,
        averaging,
        finalAveraging,
        passes,
        batchPrompts,
        confidence,
        rest,
        ceiling,
        settlingSteps,
        mostSteps,
        wrappers,
        meta,
        layers,
        seed);
  }

  private EmbeddingSettings with(
      Benign text,
      double pull,
      double above,
      boolean capped,
      int most,
      boolean wrapped,
      boolean tuned) {
    return new EmbeddingSettings(
        learningRate,
        text,
        averaging,
        pull,
        passes,
        batchPrompts,
        confidence,
        above,
        capped,
        settlingSteps,
        most,
        wrapped,
        tuned,
        lastLayers,
        seed);
  }
}
