package org.oml.trainer.gguf;

/** Element types of an exported file; norms are always 32-bit floats, as llama.cpp needs them. */
public enum GgufType {
  F32(0, 0, 4),
  F16(1, 1, 2);

  private final int tensorType;
  private final int fileType;
  private final int bytes;

  GgufType(int tensorType, int fileType, int bytes) {
    this.tensorType = tensorType;
    this.fileType = fileType;
    this.bytes = bytes;
  }

  /** What is left of a value after it was stored in this type and read again. */
  float round(float value) {
    return switch (this) {
      case F32 -> value;
      case F16 -> Float.float16ToFloat(Float.floatToFloat16(value));
    };
  }

  int tensorType() {
    return tensorType;
  }

  int fileType() {
    return fileType;
  }

  int bytes() {
    return bytes;
  }
}
