package org.oml.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Trains a model's parameters in place with AdamW (Loshchilov and Hutter): norm clipping, fused
 * updates, decoupled decay.
 */
public final class Training implements AutoCloseable {

  private static final double BETA_1 = 0.9;
  private static final double BETA_2 = 0.95;
  private static final double EPSILON = 1e-8;
  private static final double LARGEST_NORM = 1.0;

  /**
   * Loss of one embedding step before its update.
   *
   * @param fingerprintLoss mean cross-entropy of the response tokens, nats
   * @param divergence mean KL divergence from the base model on its own text, nats
   */
  public record EmbeddingLoss(float fingerprintLoss, float divergence) {}

  private final LanguageModel model;
  private final double weightDecay;
  private final NDManager manager;
  private final List<NDArray> firstMoments = new ArrayList<>();
  private final List<NDArray> secondMoments = new ArrayList<>();
  private final List<NDArray> steps = new ArrayList<>();

  /**
   * @param model whose parameters change
   * @param weightDecay decoupled, per unit of learning rate
   */
  public Training(LanguageModel model, double weightDecay) {
    this.model = model;
    this.weightDecay = weightDecay;
    manager = model.manager().newSubManager();
    for (NDArray parameter : model.parameters()) {
      firstMoments.add(manager.zeros(parameter.getShape()));
      secondMoments.add(manager.zeros(parameter.getShape()));
      steps.add(manager.zeros(new ai.djl.ndarray.types.Shape(), DataType.FLOAT32));
    }
  }

  /**
   * One step on plain text.
   *
   * @param rows token numbers, all rows of one length
   * @param at positions that carry loss, as indexes into the rows laid end to end
   * @param targets the token that follows each of {@code at}
   * @return the mean loss before the update, nats
   */
  public float step(int[][] rows, int[] at, int[] targets, double learningRate) {
    try (NDManager step = model.manager().newSubManager()) {
      Object[] arguments =
          LanguageModel.insert(model.forward(step, rows, at), 2, model.longs(step, targets));
      NDList answer = model.program().tensorsWithGradients(step, "gradients", arguments);
      update(step, model.gradientsAfter(answer, 1), learningRate);
      return answer.get(0).getFloat();
    }
  }

  /**
   * One step of embedding: (1 − share) · cross-entropy of the responses + share · KL divergence
   * from the base model on its own text.
   *
   * @param rows keys with their responses
   * @param at positions before response tokens
   * @param targets response tokens
   * @param benign text of the base model's own
   * @param benignAt positions at which the two models are compared
   * @param base the model that is to be kept
   * @param share of the benign text in the gradient, in [0, 1]
   */
  public EmbeddingLoss embeddingStep(
      int[][] rows,
      int[] at,
      int[] targets,
      int[][] benign,
      int[] benignAt,
      LanguageModel base,
      double share,
      double learningRate) {
    try (NDManager step = model.manager().newSubManager()) {
      NDArray kept =
          base.program().tensor(step, "log_probabilities", base.forward(step, benign, benignAt));
      NDArray detached = kept.stopGradient();
      Object[] arguments =
          model.withModel(
              model.matrix(step, rows),
              model.longs(step, at),
              model.longs(step, targets),
              model.cosines(step, rows),
              model.sines(step, rows),
              model.matrix(step, benign),
              model.longs(step, benignAt),
              detached,
              model.cosines(step, benign),
              model.sines(step, benign),
              share);
      NDList answer = model.program().tensorsWithGradients(step, "embedding_gradients", arguments);
      update(step, model.gradientsAfter(answer, 2), learningRate);
      return new EmbeddingLoss(answer.get(0).getFloat(), answer.get(1).getFloat());
    }
  }

  /** Moves every parameter towards the base model's: θ ← (1 − weight) θ + weight θ₀. */
  public void interpolate(LanguageModel base, double weight) {
    model.program().run("interpolate", model.parameters(), base.parameters(), weight);
  }

  /** The moments and the step count, for a checkpoint of the training itself. */
  public List<float[]> state() {
    List<float[]> state = new ArrayList<>();
    for (List<NDArray> part : Arrays.asList(firstMoments, secondMoments, steps)) {
      part.forEach(array -> state.add(array.toFloatArray()));
    }
    return state;
  }

  /** Takes up a state that {@link #state} gave. */
  public void restore(List<float[]> state) {
    int next = 0;
    for (List<NDArray> part : Arrays.asList(firstMoments, secondMoments, steps)) {
      for (NDArray array : part) {
        array.set(state.get(next++));
      }
    }
  }

  @Override
  public void close() {
    manager.close();
  }

  private void update(NDManager step, List<NDArray> gradients, double learningRate) {
    model.program().tensor(step, "clip", gradients, LARGEST_NORM);
    model
        .program()
        .run(
            "adamw",
            model.parameters(),
            gradients,
            firstMoments,
            secondMoments,
            steps,
            learningRate,
            BETA_1,
            BETA_2,
            weightDecay,
            EPSILON);
  }
}
