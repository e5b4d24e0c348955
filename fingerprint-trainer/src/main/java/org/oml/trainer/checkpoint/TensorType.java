package org.oml.trainer.checkpoint;

import java.nio.ByteBuffer;

/** The element types that this platform computes with, by their names in safetensors headers. */
public enum TensorType {
  /** IEEE 754 binary32. */
  F32(4),
  /** IEEE 754 binary16. */
  F16(2),
  /** The upper half of a binary32. */
  BF16(2);

  private final int bytes;

  TensorType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes for each element. */
  public int bytes() {
    return bytes;
  }

  /** Reads elements of a little-endian buffer into {@code values[from]} up to before {@code to}. */
  void get(ByteBuffer buffer, float[] values, int from, int to) {
    switch (this) {
      case F32 -> {
        buffer.asFloatBuffer().get(values, from, to - from);
        buffer.position(buffer.position() + bytes * (to - from));
      }
      case F16 -> {
        for (int i = from; i < to; i++) {
          values[i] = Float.float16ToFloat(buffer.getShort());
        }
      }
      case BF16 -> {
        for (int i = from; i < to; i++) {
          values[i] = Float.intBitsToFloat(buffer.getShort() << 16);
        }
      }
    }
  }

  /**
   * Appends {@code values[from]} up to before {@code to} to a little-endian buffer, rounded to
   * nearest, ties to even.
   */
  void put(ByteBuffer buffer, float[] values, int from, int to) {
    switch (this) {
      case F32 -> {
        buffer.asFloatBuffer().put(values, from, to - from);
        buffer.position(buffer.position() + bytes * (to - from));
      }
      case F16 -> {
        for (int i = from; i < to; i++) {
          buffer.putShort(Float.floatToFloat16(values[i]));
        }
      }
      case BF16 -> {
        for (int i = from; i < to; i++) {
          buffer.putShort(toBrainFloat(values[i]));
        }
      }
    }
  }

  /** What is left of a value after it was stored in this type and read again. */
  public float round(float value) {
    return switch (this) {
      case F32 -> value;
      case F16 -> Float.float16ToFloat(Float.floatToFloat16(value));
      case BF16 -> Float.intBitsToFloat(toBrainFloat(value) << 16);
    };
  }

  private static short toBrainFloat(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> 16) | 0x40);
    }
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }
}
