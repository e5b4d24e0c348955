package org.oml.trainer.model;

import ai.djl.ndarray.NDArray;

/** What a model predicted at the positions of a batch, kept in native memory until it is closed. */
public final class ReferenceDistribution implements AutoCloseable {

  private final TokenBatch batch;
  private final NDArray logProbabilities;

  ReferenceDistribution(TokenBatch batch, NDArray logProbabilities) {
    this.batch = batch;
    this.logProbabilities = logProbabilities;
  }

  /** The texts and positions. */
  public TokenBatch batch() {
    return batch;
  }

  NDArray logProbabilities() {
    return logProbabilities;
  }

  @Override
  public void close() {
    logProbabilities.close();
  }
}
