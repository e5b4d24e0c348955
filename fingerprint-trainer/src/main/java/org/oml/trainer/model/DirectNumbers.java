package org.oml.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;
import org.oml.trainer.checkpoint.TensorLayout;

/**
 * The way of numbers into native memory: through one buffer for all tensors of a model, since a
 * buffer for each would take as much memory as the model until the next garbage collection.
 */
final class DirectNumbers {

  private DirectNumbers() {}

  /** A buffer with room for the largest tensor. */
  static ByteBuffer allocate(List<TensorLayout> tensors) {
    long largest = tensors.stream().mapToLong(TensorLayout::bytes).max().orElse(0);
    if (largest > Integer.MAX_VALUE) {
      throw new CodedException(
          TrainerError.TENSOR_MISMATCH, "A tensor is larger than 2 GB in 32-bit floats.");
    }
    return ByteBuffer.allocateDirect((int) largest).order(ByteOrder.nativeOrder());
  }

  /** An array that shares the buffer, good until the next one. */
  static NDArray array(NDManager scope, TensorLayout tensor, float[] numbers, ByteBuffer buffer) {
    buffer.clear().limit(numbers.length * Float.BYTES);
    buffer.asFloatBuffer().put(numbers);
    long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
    return scope.create(
        buffer.slice().order(ByteOrder.nativeOrder()), new Shape(shape), DataType.FLOAT32);
  }
}
