package org.oml.trainer.checkpoint;

import java.util.List;

/**
 * One tensor of a checkpoint.
 *
 * @param name as in the file, such as {@code model.embed_tokens.weight}
 * @param type as in the file
 * @param shape the sizes of its dimensions
 * @param values the elements in row-major order
 */
public record TensorData(String name, ElementType type, List<Long> shape, float[] values) {

  public TensorData {
    shape = List.copyOf(shape);
  }

  /** The same tensor with other values. */
  public TensorData with(float[] otherValues) {
    return new TensorData(name, type, shape, otherValues);
  }
}
