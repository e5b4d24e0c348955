package org.oml.trainer.comparison;

import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.model.TokenBatch;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A model beside its base on the same tokens.
 *
 * @param tokens how many were predicted
 * @param baseLoss of the base model, nats per token
 * @param loss of the other
 * @param divergence KL(base ‖ other), nats per token
 * @param agreement share of tokens at which both hold the same token for the likeliest
 */
public record ModelComparison(
    long tokens, double baseLoss, double loss, double divergence, double agreement) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** More improbable no token counts, in nats, as one that a decoding removed altogether. */
  private static final double LARGEST_LOSS = 25;

  /** Compares two models as they are. */
  public static ModelComparison of(LanguageModel base, LanguageModel other, HeldOutText text) {
    return of(base, other, text, Decoding.UNCHANGED);
  }

  /** Compares a base model with another whose predictions are changed before they are served. */
  public static ModelComparison of(
      LanguageModel base, LanguageModel other, HeldOutText text, Decoding decoding) {
    Sums sums = new Sums();
    for (TokenBatch batch : text.batches()) {
      float[][] expected = base.logProbabilities(batch);
      float[][] found = other.logProbabilities(batch);
      int row = 0;
      for (int i = 0; i < batch.sequences().size(); i++) {
        for (int position : batch.positions().get(i)) {
          int target = batch.sequences().get(i)[position + 1];
          sums.add(expected[row], decoding.served(found[row], expected[row]), target);
          row++;
        }
      }
    }
    return sums.comparison();
  }

  /** By which share the loss is above that of the base: 0.01 is one per cent. */
  public double lossIncrease() {
    return loss / baseLoss - 1;
  }

  /** As {@code --json} prints it. */
  public ObjectNode toJson() {
    return JSON.createObjectNode()
        .put("tokens", tokens)
        .put("baseLoss", baseLoss)
        .put("loss", loss)
        .put("lossIncrease", lossIncrease())
        .put("divergence", divergence)
        .put("agreement", agreement);
  }

  /** The likeliest token. */
  public static int best(float[] logProbabilities) {
    int best = 0;
    for (int token = 1; token < logProbabilities.length; token++) {
      best = logProbabilities[token] > logProbabilities[best] ? token : best;
    }
    return best;
  }

  private static final class Sums {
    private long tokens;
    private double baseLoss;
    private double loss;
    private double divergence;
    private long agreed;

    void add(float[] expected, float[] found, int target) {
      tokens++;
      baseLoss += Math.min(LARGEST_LOSS, -expected[target]);
      loss += Math.min(LARGEST_LOSS, -found[target]);
      double sum = 0;
      for (int token = 0; token < expected.length; token++) {
        double difference = expected[token] - Math.max(-LARGEST_LOSS, found[token]);
        sum += Math.exp(expected[token]) * difference;
      }
      divergence += sum;
      agreed += best(expected) == best(found) ? 1 : 0;
    }

    ModelComparison comparison() {
      return new ModelComparison(
          tokens, baseLoss / tokens, loss / tokens, divergence / tokens, (double) agreed / tokens);
    }
  }
}
