package org.oml.protocol;

import java.math.BigInteger;

/** Hashes a structure's members in their 32-byte form (EIP-712, {@code encodeData}). */
final class StructEncoder {

  private static final byte[] PADDING = new byte[24];

  private final Keccak keccak = new Keccak();

  /** Of words alone, as {@code abi.encode} lays them out. */
  StructEncoder() {}

  StructEncoder(Bytes32 typeHash) {
    keccak.add(typeHash);
  }

  StructEncoder add(Bytes32 value) {
    keccak.add(value);
    return this;
  }

  StructEncoder add(Address address) {
    keccak.add(PADDING, 0, 12).add(address);
    return this;
  }

  /** An unsigned integer below 2^63. */
  StructEncoder add(long value) {
    keccak.add(PADDING, 0, 24).addLong(value);
    return this;
  }

  StructEncoder add(boolean value) {
    return add(value ? 1L : 0L);
  }

  /** An unsigned integer of up to 256 bits. */
  StructEncoder add(BigInteger value) {
    if (value.signum() >= 0 && value.bitLength() < Long.SIZE) {
      return add(value.longValue());
    }
    keccak.add(Unsigned.bytes(value, 32));
    return this;
  }

  Bytes32 hash() {
    return keccak.hash();
  }
}
