package org.oml.trainer.model;

/**
 * AdamW with clipping; or Muon for the matrices of the transformer blocks and AdamW for the
 * embedding, the norms and the output layer, which learns a language from scratch in fewer tokens.
 *
 * @param beta1 decay of the mean of gradients
 * @param beta2 decay of the mean of squares
 * @param epsilon added to the root of the mean square
 * @param weightDecay share of a weight that a step at learning rate 1 would take away
 * @param largestNorm gradients are scaled down to this norm
 * @param muonMomentum decay of Muon's mean of gradients; 0 leaves everything to AdamW
 */
public record OptimizerSettings(
    double beta1,
    double beta2,
    double epsilon,
    double weightDecay,
    double largestNorm,
    double muonMomentum) {

  /** The usual values for fine-tuning: AdamW alone with 0.9, 0.999, 1e-8, no decay, norm 1. */
  public static OptimizerSettings defaults() {
    return new OptimizerSettings(0.9, 0.999, 1e-8, 0, 1, 0);
  }

  /**
   * The values for training from scratch: AdamW with 0.9, 0.95, 1e-8, decay 0.1, norm 1; Muon with
   * momentum 0.95.
   */
  public static OptimizerSettings fromScratch() {
    return new OptimizerSettings(0.9, 0.95, 1e-8, 0.1, 1, 0.95);
  }
}
