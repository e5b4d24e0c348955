package org.oml.trainer.fingerprint;

/**
 * How fingerprints are drawn.
 *
 * @param count how many, at least 1
 * @param nucleus probability mass that is passed over before candidates are taken, in (0, 1)
 * @param width how many candidates stand behind the nucleus for the choice, at least 1
 * @param responseLength tokens of a response, at least 1
 * @param keyLength tokens that are generated for a key, at least 8
 * @param seed of the keys; the choice among candidates hangs on the leaf salts instead
 */
public record GenerationSettings(
    int count, double nucleus, int width, int responseLength, int keyLength, long seed) {

  /** Temperature at which keys are continued. */
  static final double TEMPERATURE = 0.5;

  public GenerationSettings {
    if (count < 1 || width < 1 || responseLength < 1 || keyLength < 8) {
      throw new IllegalArgumentException(
          "count, width and response length are at least 1, the key length at least 8");
    }
    if (!(nucleus > 0 && nucleus < 1)) {
      throw new IllegalArgumentException("the nucleus lies between 0 and 1");
    }
  }

  /** The published values: nucleus 0.8, width 3, one response token, keys of 16 tokens. */
  public static GenerationSettings defaults(int count, long seed) {
    return new GenerationSettings(count, 0.8, 3, 1, 16, seed);
  }
}
