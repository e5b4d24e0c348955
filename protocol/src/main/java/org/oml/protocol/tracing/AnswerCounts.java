package org.oml.protocol.tracing;

/** How many positions of each bias were read in each way. */
final class AnswerCounts {

  private final int[][] counts;

  AnswerCounts(CodeDesign design) {
    counts = new int[design.biases().size()][design.readings()];
  }

  void add(int bias, int reading) {
    counts[bias][reading]++;
  }

  int of(int bias, int reading) {
    return counts[bias][reading];
  }
}
