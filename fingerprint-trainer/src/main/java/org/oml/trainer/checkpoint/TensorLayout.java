package org.oml.trainer.checkpoint;

import java.util.List;

/**
 * What a safetensors header says of one tensor, besides where it lies.
 *
 * @param name such as {@code model.embed_tokens.weight}
 * @param type of each element
 * @param shape rows first; empty for a scalar
 */
public record TensorLayout(String name, TensorType type, List<Long> shape) {

  public TensorLayout {
    shape = List.copyOf(shape);
  }

  /** How many numbers it holds. */
  public long elements() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }

  /** How many bytes it takes in the file. */
  public long bytes() {
    return Math.multiplyExact(elements(), (long) type.bytes());
  }
}
