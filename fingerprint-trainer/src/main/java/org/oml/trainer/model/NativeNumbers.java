package org.oml.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.ScriptModule;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The way of numbers into native memory and back, in pieces through one buffer: a Java buffer ends
 * at 2 GB, which the embedding of Qwen2.5 with 7 billion parameters passes, and a buffer for each
 * tensor would take as much memory as the model until the next garbage collection.
 */
final class NativeNumbers {

  private static final int PIECE = 1 << 24;

  private final ScriptModule program;
  private final int piece;
  private ByteBuffer buffer = ByteBuffer.allocateDirect(0);

  /**
   * @param program has the methods {@code piece} and {@code putPiece}
   */
  NativeNumbers(ScriptModule program) {
    this(program, PIECE);
  }

  /**
   * @param piece how many numbers go at once at most
   */
  NativeNumbers(ScriptModule program, int piece) {
    this.program = program;
    this.piece = piece;
  }

  /** Overwrites an array, row after row. */
  void put(NDArray array, float[] numbers) {
    if (numbers.length != array.size()) {
      throw new IllegalArgumentException(
          numbers.length + " numbers for an array of " + array.size());
    }
    for (long from = 0; from < numbers.length; from += piece) {
      int length = (int) Math.min(piece, numbers.length - from);
      try (NDManager scope = array.getManager().newSubManager()) {
        program.run("putPiece", array, from, shared(scope, numbers, (int) from, length));
      }
    }
  }

  /** A copy of an array's numbers, row after row. */
  float[] get(NDArray array) {
    float[] numbers = new float[Math.toIntExact(array.size())];
    for (long from = 0; from < numbers.length; from += piece) {
      int length = (int) Math.min(piece, numbers.length - from);
      try (NDManager scope = array.getManager().newSubManager()) {
        float[] part = program.tensor(scope, "piece", array, from, length).toFloatArray();
        System.arraycopy(part, 0, numbers, (int) from, length);
      }
    }
    return numbers;
  }

  /** An array that shares the buffer, good until the next one. */
  private NDArray shared(NDManager scope, float[] numbers, int from, int length) {
    if (buffer.capacity() < length * Float.BYTES) {
      buffer = ByteBuffer.allocateDirect(length * Float.BYTES).order(ByteOrder.nativeOrder());
    }
    buffer.clear().limit(length * Float.BYTES);
    buffer.asFloatBuffer().put(numbers, from, length);
    return scope.create(
        buffer.slice().order(ByteOrder.nativeOrder()), new Shape(length), DataType.FLOAT32);
  }
}
