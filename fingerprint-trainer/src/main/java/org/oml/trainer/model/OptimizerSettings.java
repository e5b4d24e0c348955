package org.oml.trainer.model;

/**
 * AdamW with clipping.
 *
 * @param beta1 decay of the mean of gradients
 * @param beta2 decay of the mean of squares
 * @param epsilon added to the root of the mean square
 * @param weightDecay share of a weight that a step at learning rate 1 would take away
 * @param largestNorm gradients are scaled down to this norm
 */
public record OptimizerSettings(
    double beta1, double beta2, double epsilon, double weightDecay, double largestNorm) {

  /** The usual values for fine-tuning: 0.9, 0.999, 1e-8, no decay, norm 1. */
  public static OptimizerSettings defaults() {
    return new OptimizerSettings(0.9, 0.999, 1e-8, 0, 1);
  }
}
