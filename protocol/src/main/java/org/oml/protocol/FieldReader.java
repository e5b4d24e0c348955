package org.oml.protocol;

import java.math.BigInteger;
import java.nio.ByteBuffer;

/** Reads packed members in their order. */
final class FieldReader {

  private final ByteBuffer in;

  /**
   * @throws CodedException with the code given unless there are so many bytes
   */
  FieldReader(byte[] fields, int length, ProtocolError malformed) {
    if (fields.length != length) {
      throw new CodedException(
          malformed, "The fields have " + fields.length + " bytes, not " + length + ".");
    }
    in = ByteBuffer.wrap(fields);
  }

  Bytes32 bytes32() {
    return Bytes32.of(take(32));
  }

  Address address() {
    return Address.of(take(20));
  }

  int uint32() {
    return in.getInt();
  }

  long uint64() {
    return in.getLong();
  }

  BigInteger uint128() {
    return new BigInteger(1, take(16));
  }

  private byte[] take(int length) {
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }
}
