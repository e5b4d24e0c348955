package org.oml.trainer.comparison;

/**
 * What whoever serves a model makes of its prediction before a token is taken from it, such as a
 * temperature or the removal of a suspicious token.
 */
@FunctionalInterface
public interface Decoding {

  /** The prediction as the model made it. */
  Decoding UNCHANGED = (model, base) -> model;

  /**
   * The prediction that is served; the arguments stay as they are.
   *
   * @param model log-probabilities of the next token by the model, nats
   * @param base the same by the base model
   */
  float[] served(float[] model, float[] base);
}
