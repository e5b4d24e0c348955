package org.oml.trainer.model;

/**
 * How generated tokens are chosen.
 *
 * @param tokens how many at most, at least one
 * @param temperature 0 takes the most probable token; otherwise logits are divided by it
 * @param seed of the draws; the same seed, prompts and thread count give the same tokens
 */
public record Sampling(int tokens, double temperature, long seed) {

  public Sampling {
    if (tokens < 1 || !(temperature >= 0)) {
      throw new IllegalArgumentException(
          "tokens must be positive and the temperature not negative");
    }
  }

  /** Always the most probable token. */
  public static Sampling greedy(int tokens) {
    return new Sampling(tokens, 0, 0);
  }
}
