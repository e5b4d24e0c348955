package org.oml.trainer.model;

import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * How generated tokens are chosen.
 *
 * @param tokens how many at most, at least one
 * @param temperature 0 takes the most probable token; otherwise logits are divided by it
 * @param seed of the draws; the same seed, prompts and thread count give the same tokens
 * @param ofEachToken gives every token a seed of its own, in place of the one for all
 */
public record Sampling(
    int tokens, double temperature, long seed, Optional<RandomGenerator> ofEachToken) {

  public Sampling {
    if (tokens < 1 || !(temperature >= 0)) {
      throw new IllegalArgumentException(
          "tokens must be positive and the temperature not negative");
    }
  }

  /** One seed for all tokens, of which libtorch takes 32 bits. */
  public Sampling(int tokens, double temperature, long seed) {
    this(tokens, temperature, seed, Optional.empty());
  }

  /**
   * Tokens that cannot be computed from some of them: a single seed of 32 bits is found by trying
   * all, and tells what was written beside it.
   *
   * @param secret gives the seeds
   */
  public static Sampling unguessable(int tokens, double temperature, RandomGenerator secret) {
    return new Sampling(tokens, temperature, 0, Optional.of(secret));
  }

  /** Always the most probable token. */
  public static Sampling greedy(int tokens) {
    return new Sampling(tokens, 0, 0);
  }
}
