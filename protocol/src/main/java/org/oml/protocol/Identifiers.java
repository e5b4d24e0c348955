package org.oml.protocol;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/** How models and instances are named on chain. */
public final class Identifiers {

  private Identifiers() {}

  /** {@code keccak(abi.encode("oml.model.v1", chainId, registry, owner, name))}. */
  public static Bytes32 modelId(
      BigInteger chainId, Address modelRegistry, Address owner, String name) {
    return new AbiEncoder()
        .addString("oml.model.v1")
        .add(chainId)
        .add(modelRegistry)
        .add(owner)
        .addString(name)
        .hash();
  }

  /** {@code keccak(modelId ‖ host ‖ digest of the licence acceptance)}. */
  public static Bytes32 instanceId(LicenceAcceptance acceptance, SigningDomain domain) {
    return new Keccak()
        .add(acceptance.modelId())
        .add(acceptance.host())
        .add(acceptance.digest(domain))
        .hash();
  }

  /** {@code keccak(abi.encode("oml.commit.v1", chainId, court, sender, evidenceHash, nonce))}. */
  public static Bytes32 commitment(
      BigInteger chainId, Address court, Address sender, Bytes32 evidenceHash, Bytes32 nonce) {
    return new AbiEncoder()
        .addString("oml.commit.v1")
        .add(chainId)
        .add(court)
        .add(sender)
        .add(evidenceHash)
        .add(nonce)
        .hash();
  }

  /** The leaf of an allowed context, for the tree whose root the terms hold. */
  public static Bytes32 contextLeaf(Bytes32 contextHash) {
    return Keccak.of(new Keccak().add("oml.ctx.v1").add(contextHash).hash().toBytes());
  }

  /** Arguments as Solidity's {@code abi.encode} lays them out: heads first, then the strings. */
  private static final class AbiEncoder {

    private final java.util.List<byte[]> heads = new java.util.ArrayList<>();
    private final java.util.List<byte[]> tails = new java.util.ArrayList<>();

    AbiEncoder add(BigInteger value) {
      return addHead(Unsigned.bytes(value, 32), new byte[0]);
    }

    AbiEncoder add(Bytes32 value) {
      return addHead(value.toBytes(), new byte[0]);
    }

    AbiEncoder add(Address value) {
      return addHead(Unsigned.bytes(new BigInteger(1, value.toBytes()), 32), new byte[0]);
    }

    AbiEncoder addString(String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      byte[] tail = new byte[32 + (bytes.length + 31) / 32 * 32];
      System.arraycopy(Unsigned.bytes(BigInteger.valueOf(bytes.length), 32), 0, tail, 0, 32);
      System.arraycopy(bytes, 0, tail, 32, bytes.length);
      return addHead(new byte[0], tail);
    }

    Bytes32 hash() {
      Keccak keccak = new Keccak();
      long offset = 32L * heads.size();
      for (int i = 0; i < heads.size(); i++) {
        keccak.add(
            tails.get(i).length == 0
                ? heads.get(i)
                : Unsigned.bytes(BigInteger.valueOf(offset), 32));
        offset += tails.get(i).length;
      }
      tails.forEach(keccak::add);
      return keccak.hash();
    }

    private AbiEncoder addHead(byte[] head, byte[] tail) {
      heads.add(head);
      tails.add(tail);
      return this;
    }
  }
}
