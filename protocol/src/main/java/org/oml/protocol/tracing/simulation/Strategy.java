package org.oml.protocol.tracing.simulation;

import org.oml.protocol.tracing.PirateModel;

/** What a coalition does where its copies differ. */
public enum Strategy {
  /** Says what most copies say. */
  MAJORITY(Double.POSITIVE_INFINITY, 0),
  /** Says what the fewest copies say. */
  MINORITY(Double.NEGATIVE_INFINITY, 0),
  /** Says nothing that can be used. */
  REFUSE_IF_DIFFERENT(1, 1),
  /** Says what a random copy says. */
  RANDOM(1, 0),
  /** Whatever of many exponents and refusals is found to be named least. */
  BEST_RESPONSE(Double.NaN, Double.NaN);

  private final double exponent;
  private final double refusal;

  Strategy(double exponent, double refusal) {
    this.exponent = exponent;
    this.refusal = refusal;
  }

  /** In words. */
  public String words() {
    return switch (this) {
      case MAJORITY -> "majority";
      case MINORITY -> "minority";
      case REFUSE_IF_DIFFERENT -> "refuse if different";
      case RANDOM -> "random";
      case BEST_RESPONSE -> "best response";
    };
  }

  /** A coalition of a size; the best response has to be looked for instead. */
  public PirateModel of(int size) {
    return new PirateModel(size, exponent, refusal, 0);
  }
}
