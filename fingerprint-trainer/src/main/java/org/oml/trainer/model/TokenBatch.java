package org.oml.trainer.model;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Token sequences and the positions in them that are asked about. Position {@code p} stands for the
 * prediction of token {@code p + 1} from tokens {@code 0} to {@code p}. Sequences may differ in
 * length.
 *
 * @param sequences token numbers, each sequence at least one long
 * @param positions for each sequence, ascending positions from 0 to its length − 1
 */
public record TokenBatch(List<int[]> sequences, List<int[]> positions) {

  public TokenBatch {
    sequences = List.copyOf(sequences);
    positions = List.copyOf(positions);
    if (sequences.isEmpty() || sequences.size() != positions.size()) {
      throw new IllegalArgumentException("each sequence needs its positions");
    }
    for (int i = 0; i < sequences.size(); i++) {
      for (int position : positions.get(i)) {
        if (position < 0 || position >= sequences.get(i).length) {
          throw new IllegalArgumentException("position " + position + " is outside sequence " + i);
        }
      }
    }
  }

  /** Asks about the token after the last of each sequence. */
  public static TokenBatch last(List<int[]> sequences) {
    return new TokenBatch(
        sequences, sequences.stream().map(s -> new int[] {s.length - 1}).toList());
  }

  /** Asks about every token of each sequence but the first. */
  public static TokenBatch all(List<int[]> sequences) {
    return new TokenBatch(
        sequences,
        sequences.stream().map(s -> IntStream.range(0, s.length - 1).toArray()).toList());
  }

  /**
   * Asks about the tokens of a response that follows a key.
   *
   * @param keys what comes before, each at least one token
   * @param responses what is to be predicted, one for each key
   */
  public static TokenBatch responses(List<int[]> keys, List<int[]> responses) {
    if (keys.size() != responses.size()) {
      throw new IllegalArgumentException("each key needs a response");
    }
    List<int[]> sequences =
        IntStream.range(0, keys.size()).mapToObj(i -> join(keys.get(i), responses.get(i))).toList();
    List<int[]> positions =
        IntStream.range(0, keys.size())
            .mapToObj(
                i -> IntStream.range(keys.get(i).length - 1, sequences.get(i).length - 1).toArray())
            .toList();
    return new TokenBatch(sequences, positions);
  }

  /** How many positions are asked about in all. */
  public int size() {
    return positions.stream().mapToInt(p -> p.length).sum();
  }

  /** The length of the longest sequence. */
  public int width() {
    return sequences.stream().mapToInt(s -> s.length).max().orElseThrow();
  }

  /** Some of the sequences, in their order. */
  TokenBatch part(int from, int to) {
    return new TokenBatch(sequences.subList(from, to), positions.subList(from, to));
  }

  /** One of so many pieces of about one size; the whole batch where it has fewer sequences. */
  TokenBatch piece(int index, int pieces) {
    int rows = sequences.size();
    return pieces == 1 || rows < pieces
        ? this
        : part(rows * index / pieces, rows * (index + 1) / pieces);
  }

  /** The tokens that are to be predicted; every position needs one. */
  long[] targets() {
    return IntStream.range(0, sequences.size())
        .boxed()
        .flatMapToInt(row -> IntStream.of(positions.get(row)).map(p -> sequences.get(row)[p + 1]))
        .asLongStream()
        .toArray();
  }

  private static int[] join(int[] first, int[] second) {
    int[] joined = java.util.Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, joined, first.length, second.length);
    return joined;
  }
}
