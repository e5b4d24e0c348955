package org.oml.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.util.stream.IntStream;

/**
 * What a model predicted at the positions of a batch, kept in native memory until it is closed:
 * what stands before the output layer, which is far smaller than predictions for all tokens, with a
 * copy of that layer, which makes them when they are wanted.
 */
public final class ReferenceDistribution implements AutoCloseable {

  private final TokenBatch batch;
  private final NDArray rows;
  private final NDArray output;

  /**
   * @param rows what the output layer makes predictions from, one row a position
   * @param output the output layer, shared with others of the same model
   */
  ReferenceDistribution(TokenBatch batch, NDArray rows, NDArray output) {
    this.batch = batch;
    this.rows = rows;
    this.output = output;
  }

  /** The texts and positions. */
  public TokenBatch batch() {
    return batch;
  }

  /** How much native memory it takes, without what it shares with others of the same model. */
  public long bytes() {
    return rows.size() * Float.BYTES;
  }

  /** One of so many pieces of the batch, at most one for each sequence. */
  ReferenceDistribution piece(NDManager scope, int index, int pieces) {
    if (pieces == 1) {
      return this;
    }
    TokenBatch piece = batch.piece(index, pieces);
    int from = IntStream.range(0, index).map(earlier -> batch.piece(earlier, pieces).size()).sum();
    NDArray part = rows.get(scope, new NDIndex(from + ":" + (from + piece.size())));
    return new ReferenceDistribution(piece, part, output);
  }

  NDArray rows() {
    return rows;
  }

  NDArray output() {
    return output;
  }

  @Override
  public void close() {
    rows.close();
  }
}
