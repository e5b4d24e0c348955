package org.oml.trainer.model;

/**
 * The losses from which one gradient step was taken, before it, in nats.
 *
 * @param crossEntropy mean over the asked positions
 * @param divergence mean Kullback–Leibler divergence from the reference, 0 where there was none
 * @param gradientNorm Euclidean norm of all gradients before clipping
 */
public record StepLosses(double crossEntropy, double divergence, double gradientNorm) {}
