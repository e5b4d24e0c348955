package org.oml.trainer.model;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.ScriptModule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Training steps as they are usually written, for a benchmark to compare with: sequences padded to
 * a power of two, logits computed at every position, and those without a label passed over by the
 * loss. It stands in this package for the sake of the program's calls.
 */
public final class PaddedTuner implements AutoCloseable {

  private static final long NO_LABEL = -100;

  private static final String METHOD =
      """
        def padded_gradients(self: __torch__.M, ids: Tensor, turns: Tensor, pad: Tensor, unpad: Tensor, at: Tensor, padded_at: Tensor, B: int, targets: Tensor, cos: Tensor, sin: Tensor, ps: List[Tensor], L: int, H: int, KV: int, hd: int, eps: float, biased: bool, normed: bool) -> List[Tensor]:
          lg = self.logits(ids, turns, pad, unpad, at, padded_at, B, cos, sin, ps, L, H, KV, hd, eps, biased, normed)
          loss = torch.cross_entropy_loss(lg, targets, None, 1, -100, 0.)
          gs = torch.grad([loss], ps, None, None, False, False)
          out = [torch.detach(loss)]
          for i in range(torch.len(gs)):
            g = gs[i]
            if g is not None:
              _0 = torch.append(out, g)
            else:
              pass
          return out
      """;

  private final LanguageModel model;
  private final ModelTuner tuner;
  private final ScriptModule program;

  /** Begins with the model as it is. */
  public PaddedTuner(LanguageModel model) {
    this.model = model;
    program = new ScriptModule(model.manager(), DecoderProgram.METHODS + METHOD);
    tuner = new ModelTuner(model, OptimizerSettings.defaults());
  }

  /** One step of AdamW down the mean cross-entropy of the tokens that the batch asks about. */
  public double step(TokenBatch batch, double learningRate) {
    int rows = batch.sequences().size();
    int width = Math.max(2, Integer.highestOneBit(batch.width() - 1) * 2);
    model.requireContext(width);
    List<int[]> padded = new ArrayList<>();
    List<int[]> everywhere = new ArrayList<>();
    long[] labels = new long[rows * width];
    Arrays.fill(labels, NO_LABEL);
    for (int row = 0; row < rows; row++) {
      int[] sequence = batch.sequences().get(row);
      padded.add(Arrays.copyOf(sequence, width));
      everywhere.add(IntStream.range(0, width).toArray());
      for (int position : batch.positions().get(row)) {
        labels[row * width + position] = sequence[position + 1];
      }
    }
    try (NDManager scope = model.manager().newSubManager()) {
      TokenBatch all = new TokenBatch(padded, everywhere);
      NDList result =
          program.tensorsWithGradients(
              scope,
              "padded_gradients",
              model.withShape(model.withBatch(scope, all, scope.create(labels))));
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
    program.close();
  }
}
