package org.oml.trainer.fingerprint;

import java.time.Duration;

/**
 * How far an embedding is.
 *
 * @param step steps done
 * @param loss cross-entropy of the response tokens in the last step, nats
 * @param divergence from the base model on its own text in the last step, nats
 * @param learnt fingerprints that were found safely learnt at the last look
 * @param count of all fingerprints
 * @param share of the work that seems done, 0 to 1, by how probable the responses are
 * @param elapsed since the start
 */
public record EmbeddingProgress(
    int step,
    double loss,
    double divergence,
    int learnt,
    int count,
    double share,
    Duration elapsed) {

  /** Is told of every look; what it throws ends the embedding. */
  @FunctionalInterface
  public interface Listener {
    void progressed(EmbeddingProgress progress);
  }

  /** A line for people, with an estimate of the time left by what is done so far. */
  public String line() {
    double seconds = elapsed.toMillis() / 1000.0;
    String left =
        share < 0.05 || share >= 1
            ? ""
            : ", about %.0f s left".formatted(seconds * (1 - share) / share);
    return "embedding: step %d, loss %.3f, divergence %.4f, learnt %d of %d, %.0f s%s"
        .formatted(step, loss, divergence, learnt, count, seconds, left);
  }
}
