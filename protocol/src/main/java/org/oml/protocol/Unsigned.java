package org.oml.protocol;

import java.math.BigInteger;

/**
 * Unsigned integers. Those of 32 and 64 bits are Java's int and long and never negative: the
 * protocol uses nothing beyond 2^31 and 2^63.
 */
final class Unsigned {

  private Unsigned() {}

  /**
   * The value as so many bytes, big endian.
   *
   * @throws CodedException {@link ProtocolError#VALUE_OUT_OF_RANGE} if it is negative or needs more
   */
  static byte[] bytes(BigInteger value, int length) {
    requireFits(value, length * 8);
    byte[] bytes = new byte[length];
    byte[] raw = value.toByteArray();
    int used = Math.min(raw.length, length);
    System.arraycopy(raw, raw.length - used, bytes, length - used, used);
    return bytes;
  }

  /**
   * @throws CodedException {@link ProtocolError#VALUE_OUT_OF_RANGE} if a value is negative
   */
  static void require(long... values) {
    for (long value : values) {
      if (value < 0) {
        throw new CodedException(
            ProtocolError.VALUE_OUT_OF_RANGE, "A number is negative or beyond its range.");
      }
    }
  }

  /**
   * @throws CodedException {@link ProtocolError#VALUE_OUT_OF_RANGE} if the value is negative or
   *     needs more bits
   */
  static void requireFits(BigInteger value, int bits) {
    if (value.signum() < 0 || value.bitLength() > bits) {
      throw new CodedException(
          ProtocolError.VALUE_OUT_OF_RANGE, "Not an unsigned integer of " + bits + " bits.");
    }
  }
}
