package org.oml.protocol;

import java.math.BigInteger;

/** Unsigned integers as a fixed number of bytes, big endian. */
final class Unsigned {

  private Unsigned() {}

  /**
   * @throws IllegalArgumentException if the value is negative or needs more bytes
   */
  static byte[] bytes(BigInteger value, int length) {
    if (value.signum() < 0 || value.bitLength() > length * 8) {
      throw new IllegalArgumentException("not an unsigned integer of " + length + " bytes");
    }
    byte[] bytes = new byte[length];
    byte[] raw = value.toByteArray();
    int used = Math.min(raw.length, length);
    System.arraycopy(raw, raw.length - used, bytes, length - used, used);
    return bytes;
  }
}
