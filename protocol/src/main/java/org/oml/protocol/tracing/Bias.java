package org.oml.protocol.tracing;

import java.util.ArrayList;
import java.util.List;
import org.oml.protocol.CodedException;
import org.oml.protocol.ProtocolError;

/**
 * How often each symbol of a position is drawn. Shares are whole 256ths, so that one byte of a
 * keyed draw chooses a symbol with exactly the probability that p-values are computed with.
 *
 * @param shares of the symbols by rank, each at least 1, 256 together
 */
public record Bias(List<Integer> shares) {

  /** What the shares add up to. */
  static final int WHOLE = 256;

  /**
   * @throws CodedException {@link ProtocolError#VALUE_OUT_OF_RANGE}
   */
  public Bias {
    shares = List.copyOf(shares);
    if (shares.size() < 2
        || shares.stream().anyMatch(share -> share < 1)
        || shares.stream().mapToInt(share -> share).sum() != WHOLE) {
      throw new CodedException(
          ProtocolError.VALUE_OUT_OF_RANGE,
          "The shares of a bias are two or more, each at least 1, and 256 together.");
    }
  }

  public static Bias of(Integer... shares) {
    return new Bias(List.of(shares));
  }

  /** One symbol with a share, and the rest as evenly among the others as it goes. */
  static Bias withFrequent(int share, int symbols) {
    List<Integer> shares = new ArrayList<>(List.of(share));
    for (int others = symbols - 1, left = WHOLE - share; others > 0; others--) {
      int next = (left + others - 1) / others;
      shares.add(next);
      left -= next;
    }
    return new Bias(shares);
  }

  /** How many symbols there are. */
  public int symbols() {
    return shares.size();
  }

  /**
   * @param draw from 0 to 255, each as probable as any other
   * @return the rank that it chooses
   */
  public int rank(int draw) {
    int rank = 0;
    int end = shares.getFirst();
    while (draw >= end) {
      rank++;
      end += shares.get(rank);
    }
    return rank;
  }

  public double probability(int rank) {
    return (double) shares.get(rank) / WHOLE;
  }
}
