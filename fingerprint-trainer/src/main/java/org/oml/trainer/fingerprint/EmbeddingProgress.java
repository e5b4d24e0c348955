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
 * @param elapsed since the start
 */
public record EmbeddingProgress(
    int step, double loss, double divergence, int learnt, int count, Duration elapsed) {

  /** Is told of every look; what it throws ends the embedding. */
  @FunctionalInterface
  public interface Listener {
    void progressed(EmbeddingProgress progress);
  }

  /** Share of the fingerprints that are learnt, from 0 to 1. */
  public double share() {
    return (double) learnt / count;
  }

  /** A line for people, with an estimate of the time left by what was learnt so far. */
  public String line() {
    String left =
        learnt == 0 || learnt == count
            ? ""
            : ", about %.0f s left".formatted(elapsed.toMillis() / 1000.0 * (count - learnt) / learnt);
    return "embedding: step %d, loss %.3f, divergence %.4f, learnt %d of %d, %.0f s%s"
        .formatted(step, loss, divergence, learnt, count, elapsed.toMillis() / 1000.0, left);
  }
}
