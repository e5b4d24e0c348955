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

  /** Reads the next element of a little-endian buffer. */
  float get(ByteBuffer buffer) {
    return switch (this) {
      case F32 -> buffer.getFloat();
      case F16 -> Float.float16ToFloat(buffer.getShort());
      case BF16 -> Float.intBitsToFloat(buffer.getShort() << 16);
    };
  }

  /** Appends an element to a little-endian buffer, rounded to nearest, ties to even. */
  void put(ByteBuffer buffer, float value) {
    switch (this) {
      case F32 -> buffer.putFloat(value);
      case F16 -> buffer.putShort(Float.floatToFloat16(value));
      case BF16 -> buffer.putShort(toBrainFloat(value));
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
