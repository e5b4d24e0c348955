package org.oml.trainer.model;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * Training steps as they are usually written, for a benchmark to compare with: sequences padded to
 * a power of two, logits computed at every position, and those without a label passed over by the
 * loss. It stands in this package for the sake of the program's calls.
 */
public final class PaddedTuner implements AutoCloseable {

  private static final long NO_LABEL = -100;

  private final LanguageModel model;
  private final ModelTuner tuner;

  /** Begins with the model as it is. */
  public PaddedTuner(LanguageModel model) {
    this.model = model;
    tuner = new ModelTuner(model, OptimizerSettings.defaults());
  }

  /** One step of AdamW down the mean cross-entropy of the tokens that the batch asks about. */
  public double step(TokenBatch batch, double learningRate) {
    int rows = batch.sequences().size();
    int width = Math.max(2, Integer.highestOneBit(batch.width() - 1) * 2);
    model.requireContext(width);
    long[] tokens = new long[rows * width];
    long[] everywhere = new long[rows * width];
    long[] labels = new long[rows * width];
    Arrays.fill(labels, NO_LABEL);
    Arrays.setAll(everywhere, i -> i);
    for (int row = 0; row < rows; row++) {
      int[] sequence = batch.sequences().get(row);
      for (int column = 0; column < sequence.length; column++) {
        tokens[row * width + column] = sequence[column];
      }
      for (int position : batch.positions().get(row)) {
        labels[row * width + position] = sequence[position + 1];
      }
    }
    try (NDManager scope = model.manager().newSubManager()) {
      NDList result =
          model.gradients(
              scope,
              scope.create(tokens, new Shape(rows, width)),
              scope.create(everywhere),
              scope.create(labels));
      var _ = tuner.update(scope, List.copyOf(result.subList(1, result.size())), learningRate);
      return result.get(0).getFloat();
    }
  }

  /** See {@link ModelTuner#interpolateTowardsOriginal}. */
  public void interpolateTowardsOriginal(double share) {
    tuner.interpolateTowardsOriginal(share);
  }

  @Override
  public void close() {
    tuner.close();
  }
}
