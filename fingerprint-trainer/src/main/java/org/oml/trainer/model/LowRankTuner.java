package org.oml.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.ScriptModule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.oml.trainer.checkpoint.ParameterLayout;

/**
 * Low-rank adaptation (Hu et al., arXiv 2106.09685) of the attention and feed-forward matrices: W =
 * W₀ + (alpha / rank) · B·A with A drawn at random and B zero at first. The sum always stands in
 * the model, so that there is nothing to merge at the end, and the gradients of A and B follow from
 * that of W. Everything else in the model stays as it is. The same seed and batches give the same
 * weights.
 */
public final class LowRankTuner implements AutoCloseable {

  private static final String METHODS =
      """
        def factors(self: __torch__.M, gs: List[Tensor], a: List[Tensor], b: List[Tensor], scale: float, largest: float) -> List[Tensor]:
          out = annotate(List[Tensor], [])
          for i in range(torch.len(gs)):
            _0 = torch.append(out, torch.mul(torch.mm(torch.t(b[i]), gs[i]), scale))
          for i in range(torch.len(gs)):
            _1 = torch.append(out, torch.mul(torch.mm(gs[i], torch.t(a[i])), scale))
          n = torch.linalg_vector_norm(torch.stack(torch._foreach_norm(out, 2.)))
          c = torch.clamp(torch.div(largest, torch.add(n, 9.9999999999999995e-07)), None, 1.)
          torch._foreach_mul_(out, c)
          return torch.append(out, n)
        def adamw(self: __torch__.M, ps: List[Tensor], gs: List[Tensor], ms: List[Tensor], vs: List[Tensor], st: List[Tensor], lr: float, b1: float, b2: float, wd: float, eps: float) -> Tensor:
          torch._foreach_add_(st, 1.)
          mx = annotate(List[Tensor], [])
          torch._fused_adamw_(ps, gs, ms, vs, mx, st, lr=lr, beta1=b1, beta2=b2, weight_decay=wd, eps=eps, amsgrad=False, maximize=False, grad_scale=None, found_inf=None)
          return st[0]
        def place(self: __torch__.M, ps: List[Tensor], original: List[Tensor], a: List[Tensor], b: List[Tensor], scale: float) -> Tensor:
          for i in range(torch.len(ps)):
            _0 = torch.copy_(ps[i], torch.add(original[i], torch.mul(torch.mm(b[i], a[i]), scale)))
          return ps[0]
      """;

  private final LanguageModel model;
  private final OptimizerSettings settings;
  private final double scale;
  private final NDManager manager;
  private final ScriptModule program;
  private final boolean mixed =
      EngineSettings.current().precision() == EngineSettings.Precision.BF16;
  private final List<Integer> places = new ArrayList<>();
  private final List<NDArray> adapted = new ArrayList<>();
  private final List<NDArray> original = new ArrayList<>();
  private final List<NDArray> narrow = new ArrayList<>();
  private final List<NDArray> wide = new ArrayList<>();
  private final List<NDArray> means = new ArrayList<>();
  private final List<NDArray> squares = new ArrayList<>();
  private final List<NDArray> steps = new ArrayList<>();

  /**
   * Changes nothing yet.
   *
   * @param rank rows of A and columns of B, at least 1
   * @param alpha of the factor alpha / rank before the product
   * @param seed of A
   */
  public LowRankTuner(
      LanguageModel model, int rank, double alpha, OptimizerSettings settings, long seed) {
    if (rank < 1 || !(alpha > 0)) {
      throw new IllegalArgumentException("rank and alpha are positive");
    }
    this.model = model;
    this.settings = settings;
    scale = alpha / rank;
    manager = model.manager().newSubManager();
    program = new ScriptModule(manager, METHODS);
    Random random = new Random(seed);
    int place = 0;
    for (Map.Entry<String, NDArray> parameter : model.parameters().entrySet()) {
      if (ParameterLayout.isBlockMatrix(parameter.getKey())) {
        adapt(place, parameter.getValue(), rank, random);
      }
      place++;
    }
    factors()
        .forEach(
            factor -> {
              means.add(manager.zeros(factor.getShape()));
              squares.add(manager.zeros(factor.getShape()));
              steps.add(manager.zeros(new Shape()));
            });
  }

  /** One step down the mean cross-entropy of the tokens that the batch asks about. */
  public StepLosses step(TokenBatch batch, double learningRate) {
    model.requireContext(batch.width());
    try (NDManager scope = manager.newSubManager()) {
      NDList result = model.gradients(scope, batch, mixed);
      List<NDArray> gradients = places.stream().map(place -> result.get(place + 1)).toList();
      NDList factors =
          program.tensors(scope, "factors", gradients, narrow, wide, scale, settings.largestNorm());
      int count = factors.size() - 1;
      program.run(
          "adamw",
          factors().toList(),
          List.copyOf(factors.subList(0, count)),
          means,
          squares,
          steps,
          learningRate,
          settings.beta1(),
          settings.beta2(),
          settings.weightDecay(),
          settings.epsilon());
      program.run("place", adapted, original, narrow, wide, scale);
      model.changed();
      return new StepLosses(result.get(0).getFloat(), 0, factors.get(count).getFloat());
    }
  }

  /** How many numbers are trained. */
  public long parameterCount() {
    return factors().mapToLong(NDArray::size).sum();
  }

  @Override
  public void close() {
    program.close();
    manager.close();
  }

  private void adapt(int place, NDArray parameter, int rank, Random random) {
    long rows = parameter.getShape().get(0);
    long columns = parameter.getShape().get(1);
    places.add(place);
    adapted.add(parameter);
    original.add(manager.create(parameter.toFloatArray(), parameter.getShape()));
    float[] drawn = new float[Math.toIntExact(rank * columns)];
    double deviation = 1 / Math.sqrt((double) columns);
    for (int i = 0; i < drawn.length; i++) {
      drawn[i] = (float) (deviation * random.nextGaussian());
    }
    narrow.add(manager.create(drawn, new Shape(rank, columns)));
    wide.add(manager.zeros(new Shape(rows, rank)));
  }

  private Stream<NDArray> factors() {
    return Stream.of(narrow, wide).flatMap(List::stream);
  }
}
