package org.oml.gateway.chain;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Keccak;
import org.oml.protocol.SigningKey;

/**
 * A transaction of EIP-1559 that carries a call and no value.
 *
 * @param chainId of EIP-155
 * @param nonce of the sender
 * @param priorityFee for each unit of gas, to the block's maker
 * @param maximumFee for each unit of gas, in all
 * @param gasLimit of the call
 * @param to the contract
 * @param data of the call
 */
record DynamicFeeTransaction(
    BigInteger chainId,
    long nonce,
    BigInteger priorityFee,
    BigInteger maximumFee,
    long gasLimit,
    Address to,
    byte[] data) {

  private static final byte TYPE = 2;
  private static final int FIRST_V = 27;

  /** The bytes that a node takes. */
  byte[] sign(SigningKey key) {
    byte[] signature = key.sign(Keccak.of(typed(fields()))).toBytes();
    byte[] signed =
        join(
            fields(),
            number(BigInteger.valueOf(signature[64] - FIRST_V)),
            number(new BigInteger(1, signature, 0, 32)),
            number(new BigInteger(1, signature, 32, 32)));
    return typed(signed);
  }

  /** The hash under which a node knows a signed transaction. */
  static Bytes32 hash(byte[] signed) {
    return Keccak.of(signed);
  }

  private byte[] fields() {
    return join(
        number(chainId),
        number(BigInteger.valueOf(nonce)),
        number(priorityFee),
        number(maximumFee),
        number(BigInteger.valueOf(gasLimit)),
        string(to.toBytes()),
        number(BigInteger.ZERO),
        string(data),
        list(new byte[0]));
  }

  private static byte[] typed(byte[] fields) {
    return join(new byte[] {TYPE}, list(fields));
  }

  private static byte[] number(BigInteger value) {
    byte[] bytes = value.toByteArray();
    return string(bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes);
  }

  /** RLP of a string of bytes. */
  private static byte[] string(byte[] value) {
    return value.length == 1 && value[0] >= 0 ? value : join(head(0x80, value.length), value);
  }

  /** RLP of a list whose elements are encoded. */
  private static byte[] list(byte[] elements) {
    return join(head(0xc0, elements.length), elements);
  }

  private static byte[] head(int base, int length) {
    if (length < 56) {
      return new byte[] {(byte) (base + length)};
    }
    byte[] size = BigInteger.valueOf(length).toByteArray();
    byte[] trimmed = size[0] == 0 ? Arrays.copyOfRange(size, 1, size.length) : size;
    return join(new byte[] {(byte) (base + 55 + trimmed.length)}, trimmed);
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    List.of(parts).forEach(all::writeBytes);
    return all.toByteArray();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DynamicFeeTransaction that && Arrays.equals(fields(), that.fields());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(fields());
  }
}
