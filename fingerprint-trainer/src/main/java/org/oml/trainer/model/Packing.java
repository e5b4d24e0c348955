package org.oml.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;

/**
 * A batch as {@link DecoderProgram} takes it: the tokens of all sequences one behind the other, and
 * where they stand in the rectangle that attention wants.
 *
 * @param tokens of all sequences
 * @param turns the place of each token in its sequence
 * @param pad for each place of the rectangle a token; empty where no sequence is shorter
 * @param unpad for each token its place in the rectangle; empty likewise
 * @param at the asked positions among the tokens
 * @param paddedAt the asked positions in the rectangle
 * @param sequences how many there are
 */
record Packing(
    long[] tokens,
    long[] turns,
    long[] pad,
    long[] unpad,
    long[] at,
    long[] paddedAt,
    int sequences) {

  static Packing of(TokenBatch batch) {
    List<int[]> sequences = batch.sequences();
    int width = batch.width();
    int count = sequences.stream().mapToInt(sequence -> sequence.length).sum();
    boolean ragged = count < (long) width * sequences.size();
    long[] tokens = new long[count];
    long[] turns = new long[count];
    long[] pad = new long[ragged ? Math.multiplyExact(width, sequences.size()) : 0];
    long[] unpad = new long[ragged ? count : 0];
    long[] at = new long[batch.size()];
    long[] paddedAt = new long[at.length];
    int token = 0;
    int asked = 0;
    for (int row = 0; row < sequences.size(); row++) {
      for (int position : batch.positions().get(row)) {
        at[asked] = (long) token + position;
        paddedAt[asked++] = (long) row * width + position;
      }
      int[] sequence = sequences.get(row);
      for (int position = 0; position < sequence.length; position++, token++) {
        tokens[token] = sequence[position];
        turns[token] = position;
        if (ragged) {
          pad[row * width + position] = token;
          unpad[token] = (long) row * width + position;
        }
      }
    }
    return new Packing(tokens, turns, pad, unpad, at, paddedAt, sequences.size());
  }

  /** In the order in which the program takes them. */
  List<Object> arguments(NDManager scope) {
    return List.of(
        array(scope, tokens),
        array(scope, turns),
        array(scope, pad),
        array(scope, unpad),
        array(scope, at),
        array(scope, paddedAt),
        sequences);
  }

  private static NDArray array(NDManager scope, long[] numbers) {
    return scope.create(numbers);
  }
}
