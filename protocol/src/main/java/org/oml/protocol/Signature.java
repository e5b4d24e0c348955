package org.oml.protocol;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * A recoverable secp256k1 signature, {@code r ‖ s ‖ v}: r and s in [1, n), s at most n/2, v 27 or
 * 28.
 */
public final class Signature {

  static final BigInteger ORDER =
      new BigInteger("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16);
  static final BigInteger HALF_ORDER = ORDER.shiftRight(1);

  private static final byte[] ORDER_BYTES = Unsigned.bytes(ORDER, 32);
  private static final byte[] ABOVE_HALF_ORDER = Unsigned.bytes(HALF_ORDER.add(BigInteger.ONE), 32);
  private static final byte[] ZERO = new byte[32];

  private final byte[] bytes;

  private Signature(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * @param bytes 65 bytes
   * @throws CodedException {@link ProtocolError#SIGNATURE_INVALID} when r, s or v is out of range
   */
  public static Signature of(byte[] bytes) {
    if (bytes.length != 65) {
      throw new CodedException(
          ProtocolError.SIGNATURE_INVALID, "65 bytes are needed, not " + bytes.length + ".");
    }
    if (!isIn(bytes, 0, ORDER_BYTES) || isZero(bytes, 0)) {
      throw new CodedException(ProtocolError.SIGNATURE_INVALID, "r is out of range.");
    }
    if (!isIn(bytes, 32, ABOVE_HALF_ORDER) || isZero(bytes, 32)) {
      throw new CodedException(ProtocolError.SIGNATURE_INVALID, "s is out of range or high.");
    }
    if (bytes[64] != 27 && bytes[64] != 28) {
      throw new CodedException(ProtocolError.SIGNATURE_INVALID, "v is neither 27 nor 28.");
    }
    return new Signature(bytes.clone());
  }

  /** What this project's own signing made, which nobody else holds. */
  static Signature trusted(byte[] bytes) {
    return new Signature(bytes);
  }

  /** Whether the 32 bytes at an offset are below a bound. */
  private static boolean isIn(byte[] bytes, int offset, byte[] bound) {
    return Arrays.compareUnsigned(bytes, offset, offset + 32, bound, 0, 32) < 0;
  }

  private static boolean isZero(byte[] bytes, int offset) {
    return Arrays.equals(bytes, offset, offset + 32, ZERO, 0, 32);
  }

  static Signature of(BigInteger r, BigInteger s, int v) {
    byte[] bytes = new byte[65];
    System.arraycopy(Unsigned.bytes(r, 32), 0, bytes, 0, 32);
    System.arraycopy(Unsigned.bytes(s, 32), 0, bytes, 32, 32);
    bytes[64] = (byte) v;
    return of(bytes);
  }

  /** Parses {@code 0x} and 130 hexadecimal digits. */
  public static Signature parse(String text) {
    return of(Hex.parse(text));
  }

  public byte[] toBytes() {
    return bytes.clone();
  }

  BigInteger r() {
    return new BigInteger(1, bytes, 0, 32);
  }

  BigInteger s() {
    return new BigInteger(1, bytes, 32, 32);
  }

  int v() {
    return bytes[64] & 0xff;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Signature that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return Hex.of(bytes);
  }
}
