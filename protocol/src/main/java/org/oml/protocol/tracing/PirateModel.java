package org.oml.protocol.tracing;

import org.oml.protocol.CodedException;
import org.oml.protocol.ProtocolError;

/**
 * How a coalition answers with what its copies would say. Where all agree it says that. Where they
 * differ it refuses with a probability, and says otherwise one of the symbols at hand, with a
 * probability that grows with some power of how many copies have it. Whatever it means to say,
 * noise may change it.
 *
 * @param size of the coalition, at least 1
 * @param exponent of the number of copies: 1 is the answer of a random copy, 0 a random one of the
 *     different answers; positive infinity is a majority's answer, negative infinity a minority's
 * @param refusal probability of no answer where copies differ, from 0 to 1
 * @param noise probability that another symbol or none comes out, from 0 to below 1
 */
public record PirateModel(int size, double exponent, double refusal, double noise) {

  /**
   * @throws CodedException {@link ProtocolError#VALUE_OUT_OF_RANGE}
   */
  public PirateModel {
    if (size < 1
        || Double.isNaN(exponent)
        || !(refusal >= 0 && refusal <= 1)
        || !(noise >= 0 && noise < 1)) {
      throw new CodedException(
          ProtocolError.VALUE_OUT_OF_RANGE,
          "A coalition's size, shares or exponent make no sense.");
    }
  }

  /**
   * @param copies how many copies have each symbol
   * @param design the code
   * @return the probability of each reading, noise left out
   */
  public double[] answers(int[] copies, CodeDesign design) {
    double[] chances = new double[design.readings()];
    int most = 0;
    int least = Integer.MAX_VALUE;
    for (int number : copies) {
      most = Math.max(most, number);
      least = number > 0 ? Math.min(least, number) : least;
    }
    double said = most == size ? 1 : 1 - refusal;
    double sum = 0;
    for (int symbol = 0; symbol < copies.length; symbol++) {
      chances[symbol] = copies[symbol] == 0 ? 0 : preference(copies[symbol], most, least);
      sum += chances[symbol];
    }
    for (int symbol = 0; symbol < copies.length; symbol++) {
      chances[symbol] *= said / sum;
    }
    chances[design.none()] += 1 - said;
    return chances;
  }

  private double preference(int number, int most, int least) {
    if (exponent == Double.POSITIVE_INFINITY) {
      return number == most ? 1 : 0;
    }
    if (exponent == Double.NEGATIVE_INFINITY) {
      return number == least ? 1 : 0;
    }
    return Math.pow(number, exponent);
  }
}
