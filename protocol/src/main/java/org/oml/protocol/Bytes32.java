package org.oml.protocol;

import java.util.Arrays;

/** Thirty-two bytes: a hash, an identifier, a salt. */
public final class Bytes32 implements Comparable<Bytes32> {

  public static final Bytes32 ZERO = new Bytes32(new byte[32]);

  private final byte[] bytes;

  private Bytes32(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * @throws CodedException {@link ProtocolError#HEX_INVALID} unless there are 32
   */
  public static Bytes32 of(byte[] bytes) {
    if (bytes.length != 32) {
      throw new CodedException(
          ProtocolError.HEX_INVALID, "32 bytes are needed, not " + bytes.length + ".");
    }
    return new Bytes32(bytes.clone());
  }

  /**
   * @param text {@code 0x} and 64 lower-case hexadecimal digits
   * @throws CodedException {@link ProtocolError#HEX_INVALID} for anything else
   */
  public static Bytes32 parse(String text) {
    return of(Hex.parse(text));
  }

  public byte[] toBytes() {
    return bytes.clone();
  }

  /** The bytes themselves, for those of this package who only read them. */
  byte[] unsafeBytes() {
    return bytes;
  }

  /** Takes bytes over that nobody else holds. */
  static Bytes32 trusted(byte[] bytes) {
    return new Bytes32(bytes);
  }

  public boolean isZero() {
    return equals(ZERO);
  }

  @Override
  public int compareTo(Bytes32 other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes32 that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** {@code 0x} and 64 lower-case hexadecimal digits. */
  @Override
  public String toString() {
    return Hex.of(bytes);
  }
}
