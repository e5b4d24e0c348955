package org.oml.gateway.chain;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.util.Arrays;
import org.oml.protocol.Address;
import org.oml.protocol.Attestation;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Hex;
import org.oml.protocol.Keccak;
import org.oml.protocol.Permit;

/**
 * Calls and answers of contracts as words of 32 bytes. Every call of the gateway has static
 * arguments, but for the permit's authority at the end of a rebuttal.
 */
final class AbiWords {

  private static final int WORD = 32;

  private final byte[] bytes;

  private AbiWords(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Reads what a call answered. */
  static AbiWords of(String hex, int atLeast) throws IOException {
    byte[] bytes = Hex.parse(hex);
    if (bytes.length < atLeast * WORD) {
      throw new IOException(
          "A contract answered with " + bytes.length + " bytes: is it at this address?");
    }
    return new AbiWords(bytes);
  }

  BigInteger number(int index) {
    return new BigInteger(1, bytes, index * WORD, WORD);
  }

  /** A number that fits; larger ones, such as the end of time, are the largest there is. */
  long seconds(int index) {
    BigInteger value = number(index);
    return value.bitLength() < Long.SIZE ? value.longValue() : Long.MAX_VALUE;
  }

  Bytes32 bytes32(int index) {
    return Bytes32.of(Arrays.copyOfRange(bytes, index * WORD, (index + 1) * WORD));
  }

  Address address(int index) {
    return Address.of(Arrays.copyOfRange(bytes, (index + 1) * WORD - 20, (index + 1) * WORD));
  }

  /** Builds the data of a call. */
  static final class Call {

    private final ByteArrayOutputStream data = new ByteArrayOutputStream();

    Call(String signature) {
      data.writeBytes(Arrays.copyOf(Keccak.of(signature).toBytes(), 4));
    }

    Call add(Bytes32 value) {
      data.writeBytes(value.toBytes());
      return this;
    }

    Call add(Address value) {
      data.writeBytes(new byte[WORD - 20]);
      data.writeBytes(value.toBytes());
      return this;
    }

    Call add(BigInteger value) {
      byte[] magnitude = value.toByteArray();
      int skip = magnitude.length > 1 && magnitude[0] == 0 ? 1 : 0;
      data.writeBytes(new byte[WORD - magnitude.length + skip]);
      data.write(magnitude, skip, magnitude.length - skip);
      return this;
    }

    Call add(long value) {
      return add(BigInteger.valueOf(value));
    }

    Call add(Permit value) {
      return add(value.modelId())
          .add(value.instanceId())
          .add(value.host())
          .add(value.termsVersion())
          .add(value.queryHash())
          .add(value.serial())
          .add(value.issuedAt())
          .add(value.expiresAt())
          .add(value.price());
    }

    Call add(Attestation value) {
      return add(value.planId())
          .add(value.prover())
          .add(value.leafIndex())
          .add(value.keyHash())
          .add(value.answerPrefixHash())
          .add(value.targetHash())
          .add(value.askedAt())
          .add(value.answeredAt())
          .add(value.missingReceipt() ? 1 : 0);
    }

    /** Bytes of any length, at the end; their place was added before. */
    Call addTail(byte[] value) {
      add(value.length);
      data.writeBytes(value);
      data.writeBytes(new byte[(WORD - value.length % WORD) % WORD]);
      return this;
    }

    byte[] bytes() {
      return data.toByteArray();
    }

    String hex() {
      return Hex.of(bytes());
    }
  }
}
