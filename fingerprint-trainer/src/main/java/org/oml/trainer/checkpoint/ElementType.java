package org.oml.trainer.checkpoint;

import java.nio.ByteBuffer;

/** Element types that a model's tensors may have; all are worked with as 32-bit floats. */
public enum ElementType {
  F32(4),
  F16(2),
  BF16(2);

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  float read(ByteBuffer in) {
    return switch (this) {
      case F32 -> in.getFloat();
      case F16 -> Float.float16ToFloat(in.getShort());
      case BF16 -> Float.intBitsToFloat(in.getShort() << 16);
    };
  }

  void write(float value, ByteBuffer out) {
    switch (this) {
      case F32 -> out.putFloat(value);
      case F16 -> out.putShort(Float.floatToFloat16(value));
      case BF16 -> out.putShort(toBfloat16(value));
    }
  }

  /** The value that remains of a float once it was stored in this type. */
  public float rounded(float value) {
    return switch (this) {
      case F32 -> value;
      case F16 -> Float.float16ToFloat(Float.floatToFloat16(value));
      case BF16 -> Float.intBitsToFloat(toBfloat16(value) << 16);
    };
  }

  /** Rounds to nearest, ties to even; NaN stays NaN. */
  private static short toBfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> 16) | 0x40);
    }
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }
}
