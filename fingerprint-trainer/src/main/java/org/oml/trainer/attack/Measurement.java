package org.oml.trainer.attack;

import java.util.Map;
import java.util.TreeMap;

/**
 * What an attack left of the fingerprints and of the model.
 *
 * @param success share of askings (keys in each of their forms) that are answered with the response
 * @param margin median lead of the response's first token over the likeliest other, nats; negative
 *     where it is behind
 * @param loss on the held-out text, nats per token
 * @param lossIncrease share by which the loss is above the base model's
 * @param divergence KL(base ‖ model) on the held-out text, nats per token
 * @param agreement share of held-out tokens at which base and model hold the same for the likeliest
 * @param also figures that this kind of attack has besides, by name
 */
public record Measurement(
    double success,
    double margin,
    double loss,
    double lossIncrease,
    double divergence,
    double agreement,
    Map<String, Double> also) {

  public Measurement {
    also = Map.copyOf(also);
  }

  /** The same with one more figure. */
  public Measurement with(String name, double value) {
    Map<String, Double> more = new TreeMap<>(also);
    more.put(name, value);
    return new Measurement(success, margin, loss, lossIncrease, divergence, agreement, more);
  }

  /** The same with another success. */
  Measurement withSuccess(double other) {
    return new Measurement(other, margin, loss, lossIncrease, divergence, agreement, also);
  }
}
