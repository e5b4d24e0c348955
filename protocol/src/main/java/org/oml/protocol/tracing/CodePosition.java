package org.oml.protocol.tracing;

/**
 * A position of a code.
 *
 * @param bias which of the design's
 * @param order the symbol at each rank, so that which one is frequent is secret
 */
record CodePosition(int bias, int[] order) {

  /** The rank of a symbol. */
  int rank(int symbol) {
    for (int rank = 0; rank < order.length; rank++) {
      if (order[rank] == symbol) {
        return rank;
      }
    }
    throw new IllegalArgumentException("no such symbol: " + symbol);
  }
}
