package org.oml.trainer.fingerprint;

/**
 * How fingerprints are drawn.
 *
 * @param strategy what keys and responses are
 * @param count how many, at least 1
 * @param nucleus probability mass that is passed over before candidates are taken, in (0, 1);
 *     perinucleus alone
 * @param width how many candidates stand for the choice, at least 1
 * @param responses how many of the candidates become responses of a key, from 1 to the width
 * @param responseLength tokens of a response, at least 1
 * @param keyLength tokens that are generated for a key, at least 8
 * @param chance that draws the keys; the choice among candidates hangs on the leaf salts instead
 */
public record GenerationSettings(
    Strategy strategy,
    int count,
    double nucleus,
    int width,
    int responses,
    int responseLength,
    int keyLength,
    Chance chance) {

  /** Temperature at which keys are continued. */
  static final double TEMPERATURE = 0.5;

  public GenerationSettings {
    if (count < 1 || width < 1 || responseLength < 1 || keyLength < 8) {
      throw new IllegalArgumentException(
          "count, width and response length are at least 1, the key length at least 8");
    }
    if (responses < 1 || responses > width) {
      throw new IllegalArgumentException("a key has from 1 to as many responses as candidates");
    }
    if (!(nucleus > 0 && nucleus < 1)) {
      throw new IllegalArgumentException("the nucleus lies between 0 and 1");
    }
  }

  /** Perinucleus fingerprints with one response each. */
  public GenerationSettings(
      int count, double nucleus, int width, int responseLength, int keyLength, Chance chance) {
    this(Strategy.PERINUCLEUS, count, nucleus, width, 1, responseLength, keyLength, chance);
  }

  /** The published values: nucleus 0.8, width 3, one response token, keys of 16 tokens. */
  public static GenerationSettings defaults(int count, Chance chance) {
    return new GenerationSettings(count, 0.8, 3, 1, 16, chance);
  }

  /** The same, drawn in another way. */
  public GenerationSettings with(Strategy other) {
    return new GenerationSettings(
        other, count, nucleus, width, responses, responseLength, keyLength, chance);
  }
}
