package org.oml.protocol.tracing;

import java.util.Collection;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.ProtocolError;

/**
 * What answers weigh that are one instance's, where a panel counts those alone, and how much an
 * instance that has nothing to do with a copy reaches by chance.
 *
 * <p>A hit weighs the log-likelihood ratio of "it is the instance" to "it is none of it", and what
 * a miss would weigh against it besides, in whole eighths of a nat. The threshold is a Chernoff
 * bound: at each position the answer is taken that helps most, so it holds whatever a pirate
 * answers, as long as what is asked does not hang on the instance's symbols.
 */
public final class HitWeights {

  /** How likely an instance answers as it was taught. */
  private static final double FAITHFUL = 0.9;

  private static final double IN_A_NAT = 8;
  private static final int STEPS = 400;
  private static final double STEEPEST = 1;

  private final TracingCode code;

  public HitWeights(TracingCode code) {
    this.code = code;
  }

  /**
   * What an instance's own answer weighs.
   *
   * @param position of a question
   * @throws CodedException {@link ProtocolError#VALUE_OUT_OF_RANGE} for a position that the code
   *     has not
   */
  public int of(int position, Bytes32 instance) {
    return weight(code.share(position, instance));
  }

  /**
   * The weight that an innocent instance reaches with a probability of at most {@code exp(-nats)}.
   *
   * @param positions that are asked, each once
   * @param nats more than 0
   * @throws CodedException {@link ProtocolError#VALUE_OUT_OF_RANGE}
   */
  public int threshold(Collection<Integer> positions, double nats) {
    if (!(nats > 0)) {
      throw new CodedException(
          ProtocolError.VALUE_OUT_OF_RANGE, "A bound on chance is more than no nats.");
    }
    int[] asked = new int[code.design().biases().size()];
    positions.forEach(position -> asked[code.symbols(position).position().bias()]++);
    double least = Double.POSITIVE_INFINITY;
    for (int step = 1; step <= STEPS; step++) {
      double slope = STEEPEST * step / STEPS;
      double bound = nats;
      for (int bias = 0; bias < asked.length; bias++) {
        bound += asked[bias] * cumulant(code.design().biases().get(bias), slope);
      }
      least = Math.min(least, bound / slope);
    }
    return (int) Math.ceil(least);
  }

  /** Logarithm of the expected {@code exp(slope · weight)}, with the answer that makes it most. */
  private static double cumulant(Bias bias, double slope) {
    double most = 0;
    for (int rank = 0; rank < bias.symbols(); rank++) {
      double share = bias.probability(rank);
      most = Math.max(most, Math.log1p(share * Math.expm1(slope * weight(share))));
    }
    return most;
  }

  private static int weight(double share) {
    double ratio = Math.log(FAITHFUL * (1 - share) / ((1 - FAITHFUL) * share));
    return (int) Math.max(1, Math.round(IN_A_NAT * ratio));
  }
}
