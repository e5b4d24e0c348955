package org.oml.trainer.checkpoint;

/**
 * How rotary frequencies were stretched so that a model reaches beyond the context that it was
 * first trained with. Source of the arithmetic of {@code llama3}: "The Llama 3 Herd of Models"
 * (arXiv 2407.21783) and the code published with Llama 3.1.
 *
 * @param kind of stretching
 * @param factor by which slow frequencies are slowed further
 * @param lowFrequencyFactor a wavelength of more than {@code originalContext / lowFrequencyFactor}
 *     is slowed by the whole factor ({@code llama3} alone)
 * @param highFrequencyFactor a wavelength of less than {@code originalContext /
 *     highFrequencyFactor} stays ({@code llama3} alone)
 * @param originalContext positions of the first training ({@code llama3} alone)
 */
public record RopeScaling(
    Kind kind,
    double factor,
    double lowFrequencyFactor,
    double highFrequencyFactor,
    double originalContext) {

  /** Kinds of stretching. */
  public enum Kind {
    NONE,
    LINEAR,
    LLAMA3
  }

  /** Frequencies as they are. */
  public static final RopeScaling NONE = new RopeScaling(Kind.NONE, 1, 1, 1, 1);

  /** Every frequency slowed by the same factor. */
  public static RopeScaling linear(double factor) {
    return new RopeScaling(Kind.LINEAR, factor, 1, 1, 1);
  }

  /** The frequency that takes the place of an unstretched one, in radians for each position. */
  public double stretched(double frequency) {
    return switch (kind) {
      case NONE -> frequency;
      case LINEAR -> frequency / factor;
      case LLAMA3 -> stretchedBySlowness(frequency);
    };
  }

  private double stretchedBySlowness(double frequency) {
    double turns = originalContext * frequency / (2 * Math.PI);
    if (turns > highFrequencyFactor) {
      return frequency;
    }
    if (turns < lowFrequencyFactor) {
      return frequency / factor;
    }
    double kept = (turns - lowFrequencyFactor) / (highFrequencyFactor - lowFrequencyFactor);
    return (1 - kept) * frequency / factor + kept * frequency;
  }

  boolean isUsable() {
    return factor > 0
        && Double.isFinite(factor)
        && (kind != Kind.LLAMA3
            || (lowFrequencyFactor > 0
                && highFrequencyFactor > lowFrequencyFactor
                && Double.isFinite(highFrequencyFactor)
                && originalContext > 0
                && Double.isFinite(originalContext)));
  }
}
