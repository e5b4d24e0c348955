package org.oml.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.oml.trainer.checkpoint.ModelConfiguration;
import org.oml.trainer.checkpoint.ParameterLayout;

/**
 * Changes the weights of a model by gradient steps, and can pull them back towards where they were
 * when it was created. Closing it frees the optimizer's memory and leaves the model as it is then.
 */
public final class ModelTuner implements AutoCloseable {

  /** With it a step of 135 million parameters stays within 8 GB. */
  private static final long MOST_BYTES = 2L << 30;

  private final LanguageModel model;
  private final long mostBytes;
  private final OptimizerSettings settings;
  private final NDManager manager;
  private final List<NDArray> parameters;
  private final List<NDArray> original = new ArrayList<>();
  private final List<NDArray> means = new ArrayList<>();
  private final List<NDArray> squares = new ArrayList<>();
  private final List<NDArray> steps = new ArrayList<>();
  private final List<Integer> muon = new ArrayList<>();
  private final List<Integer> adam = new ArrayList<>();
  private final List<Integer> trained = new ArrayList<>();
  private final boolean mixed =
      EngineSettings.current().precision() == EngineSettings.Precision.BF16;

  /** Remembers the model's present weights as θ₀, and trains all of them. */
  public ModelTuner(LanguageModel model, OptimizerSettings settings) {
    this(model, settings, name -> true);
  }

  /**
   * @param changing which tensors are trained, by their names; the others stay as they are, to the
   *     last bit
   */
  public ModelTuner(LanguageModel model, OptimizerSettings settings, Predicate<String> changing) {
    this(model, settings, changing, MOST_BYTES);
  }

  /**
   * @param mostBytes about how much of a distilling step is computed at once
   */
  ModelTuner(
      LanguageModel model, OptimizerSettings settings, Predicate<String> changing, long mostBytes) {
    this.model = model;
    this.mostBytes = mostBytes;
    this.settings = settings;
    manager = model.manager().newSubManager();
    parameters = List.copyOf(model.parameters().values());
    int index = 0;
    for (String name : model.parameters().keySet()) {
      boolean blockMatrix = ParameterLayout.isBlockMatrix(name);
      if (changing.test(name)) {
        (settings.muonMomentum() > 0 && blockMatrix ? muon : adam).add(index);
        trained.add(index);
      }
      index++;
    }
    original.addAll(model.program().tensors(manager, "copied", parameters));
    for (NDArray parameter : parameters) {
      means.add(manager.zeros(parameter.getShape()));
      squares.add(manager.zeros(parameter.getShape()));
      steps.add(manager.zeros(new Shape()));
    }
  }

  /** One step down the mean cross-entropy of the tokens that the batch asks about. */
  public StepLosses step(TokenBatch batch, double learningRate) {
    try (NDManager scope = manager.newSubManager()) {
      NDList result = gradients(scope, batch);
      double norm = update(scope, result.subList(1, result.size()), learningRate);
      return new StepLosses(result.get(0).getFloat(), 0, norm);
    }
  }

  /**
   * One step down {@code crossEntropyWeight} · cross-entropy + {@code divergenceWeight} ·
   * KL(reference ‖ model).
   *
   * @param batch whose asked tokens are to be predicted
   * @param reference what the model is to go on predicting on other text
   */
  public StepLosses step(
      TokenBatch batch,
      double crossEntropyWeight,
      ReferenceDistribution reference,
      double divergenceWeight,
      double learningRate) {
    try (NDManager scope = manager.newSubManager()) {
      Slope slope = distillation(scope, batch, crossEntropyWeight, reference, divergenceWeight);
      double norm = update(scope, slope.gradients(), learningRate);
      return new StepLosses(slope.crossEntropy(), slope.divergence(), norm);
    }
  }

  /**
   * One step down {@code weight} · cross-entropy of one batch + {@code otherWeight} · cross-entropy
   * of another.
   */
  public StepLosses step(
      TokenBatch batch, double weight, TokenBatch other, double otherWeight, double learningRate) {
    try (NDManager scope = manager.newSubManager()) {
      NDList first = gradients(scope, batch);
      NDList second = gradients(scope, other);
      List<NDArray> sum = first.subList(1, first.size());
      model.program().run("accumulate", sum, weight, second.subList(1, second.size()), otherWeight);
      double norm = update(scope, sum, learningRate);
      return new StepLosses(first.get(0).getFloat(), second.get(0).getFloat(), norm);
    }
  }

  /**
   * First-order meta-learning: the gradient is that of {@code step} here, and half of its
   * cross-entropy's part is taken where some steps of fine-tuning on other text would lead. The
   * fine-tuning is simulated by steps of one size down the signs of its gradients, as Adam's first
   * steps are, and undone.
   *
   * @param tuned the texts of the simulated steps, one batch for each
   * @param tuningRate their size
   */
  public StepLosses step(
      TokenBatch batch,
      double crossEntropyWeight,
      ReferenceDistribution reference,
      double divergenceWeight,
      List<TokenBatch> tuned,
      double tuningRate,
      double learningRate) {
    try (NDManager scope = manager.newSubManager()) {
      List<NDArray> here = model.program().tensors(scope, "copied", parameters);
      for (TokenBatch text : tuned) {
        NDList down = gradients(scope, text);
        model.program().run("descend_signs", parameters, down.subList(1, down.size()), tuningRate);
      }
      NDList there = gradients(scope, batch);
      model.program().run("assign", parameters, here);
      model.changed();
      Slope slope = distillation(scope, batch, crossEntropyWeight / 2, reference, divergenceWeight);
      List<NDArray> sum = slope.gradients();
      model
          .program()
          .run("accumulate", sum, 1.0, there.subList(1, there.size()), crossEntropyWeight / 2);
      double norm = update(scope, sum, learningRate);
      return new StepLosses(slope.crossEntropy(), slope.divergence(), norm);
    }
  }

  /**
   * Moves every weight towards where it was at the start: θ ← (1 − share)·θ + share·θ₀.
   *
   * @param share from 0 (nothing) to 1 (all the way back)
   */
  public void interpolateTowardsOriginal(double share) {
    model.program().run("interpolate", at(parameters, trained), at(original, trained), share);
    model.changed();
  }

  /**
   * The optimizer's memory (means, squares, step counts), for a checkpoint of the training itself.
   */
  public List<float[]> state() {
    return optimizerMemory().map(model.numbers()::get).toList();
  }

  /** Takes up what {@link #state} gave. */
  public void restoreState(List<float[]> state) {
    List<NDArray> memory = optimizerMemory().toList();
    for (int i = 0; i < memory.size(); i++) {
      model.numbers().put(memory.get(i), state.get(i));
    }
  }

  @Override
  public void close() {
    manager.close();
  }

  /** The mean cross-entropy, then its gradients. */
  private NDList gradients(NDManager scope, TokenBatch batch) {
    return model.gradients(scope, batch, mixed);
  }

  /** Where a step comes from: its losses, and the gradients of their weighted sum. */
  private record Slope(double crossEntropy, double divergence, List<NDArray> gradients) {}

  /** In as many pieces as keep what is computed at once within bounds. */
  private Slope distillation(
      NDManager scope,
      TokenBatch batch,
      double crossEntropyWeight,
      ReferenceDistribution reference,
      double divergenceWeight) {
    int pieces = pieces(batch, reference.batch());
    // Too few to be split are taken whole with each piece of the text.
    boolean split = batch.sequences().size() >= pieces;
    double crossEntropy = 0;
    double divergence = 0;
    List<NDArray> sum = List.of();
    for (int i = 0; i < pieces; i++) {
      try (NDManager inner = scope.newSubManager()) {
        TokenBatch part = batch.piece(i, pieces);
        double share = split ? part.size() / (double) batch.size() : 1.0 / pieces;
        ReferenceDistribution text = reference.piece(inner, i, pieces);
        double textShare = text.batch().size() / (double) reference.batch().size();
        NDList result =
            distilled(inner, part, crossEntropyWeight * share, text, divergenceWeight * textShare);
        crossEntropy += share * result.get(0).getFloat();
        divergence += textShare * result.get(1).getFloat();
        List<NDArray> gradients = result.subList(2, result.size());
        if (i == 0) {
          gradients.forEach(gradient -> gradient.attach(scope));
          sum = List.copyOf(gradients);
        } else {
          model.program().run("accumulate", sum, 1.0, gradients, 1.0);
        }
      }
    }
    return new Slope(crossEntropy, divergence, sum);
  }

  private int pieces(TokenBatch batch, TokenBatch text) {
    double wanted = (double) (stepBytes(batch) + stepBytes(text)) / mostBytes;
    return (int) Math.clamp(Math.ceil(wanted), 1, text.sequences().size());
  }

  /** About what stays in memory between the way forward and the way back. */
  private long stepBytes(TokenBatch batch) {
    ModelConfiguration shape = model.configuration();
    long numbers = 0;
    for (int row = 0; row < batch.sequences().size(); row++) {
      long length = batch.sequences().get(row).length;
      long token = 10L * shape.hiddenSize() + 4L * shape.feedForwardSize() + shape.heads() * length;
      numbers += shape.layers() * length * token;
      numbers += 5L * batch.positions().get(row).length * shape.vocabularySize();
    }
    return numbers * Float.BYTES;
  }

  private NDList distilled(
      NDManager scope,
      TokenBatch batch,
      double crossEntropyWeight,
      ReferenceDistribution reference,
      double divergenceWeight) {
    model.requireContext(Math.max(batch.width(), reference.batch().width()));
    List<Object> arguments = new ArrayList<>();
    Collections.addAll(
        arguments,
        model.withBatch(scope, batch, scope.create(batch.targets()), crossEntropyWeight));
    Collections.addAll(
        arguments,
        model.withBatch(
            scope,
            reference.batch(),
            reference.rows(),
            reference.output(),
            divergenceWeight,
            mixed));
    return model
        .program()
        .tensorsWithGradients(
            scope, "distillation_gradients", model.withShape(arguments.toArray()));
  }

  private Stream<NDArray> optimizerMemory() {
    return Stream.of(means, squares, steps).flatMap(List::stream);
  }

  double update(NDManager scope, List<NDArray> gradients, double learningRate) {
    NDArray norm = model.program().tensor(scope, "gradient_norm", at(gradients, trained));
    if (!muon.isEmpty()) {
      model.program().run("shorten", at(gradients, muon), norm, settings.largestNorm());
      model
          .program()
          .run(
              "muon",
              at(parameters, muon),
              at(gradients, muon),
              at(means, muon),
              learningRate,
              settings.muonMomentum(),
              settings.weightDecay());
    }
    model
        .program()
        .run(
            "adamw",
            at(parameters, adam),
            at(gradients, adam),
            at(means, adam),
            at(squares, adam),
            at(steps, adam),
            norm,
            settings.largestNorm(),
            learningRate,
            settings.beta1(),
            settings.beta2(),
            settings.weightDecay(),
            settings.epsilon());
    model.changed();
    return norm.getFloat();
  }

  private static List<NDArray> at(List<NDArray> arrays, List<Integer> indices) {
    return indices.stream().map(arrays::get).toList();
  }
}
