package org.oml.protocol;

import java.nio.charset.StandardCharsets;
import org.bouncycastle.crypto.digests.KeccakDigest;

/** Keccak-256 as Ethereum uses it (not the later SHA3-256), fed piece by piece. */
public final class Keccak {

  private final KeccakDigest digest = new KeccakDigest(256);

  /** The hash of some bytes. */
  public static Bytes32 of(byte[]... parts) {
    Keccak keccak = new Keccak();
    for (byte[] part : parts) {
      keccak.add(part);
    }
    return keccak.hash();
  }

  /** The hash of a string's UTF-8. */
  public static Bytes32 of(String text) {
    return new Keccak().add(text).hash();
  }

  public Keccak add(byte[] bytes) {
    digest.update(bytes, 0, bytes.length);
    return this;
  }

  public Keccak add(byte[] bytes, int offset, int length) {
    digest.update(bytes, offset, length);
    return this;
  }

  /** Adds a string's UTF-8. */
  public Keccak add(String text) {
    return add(text.getBytes(StandardCharsets.UTF_8));
  }

  public Keccak add(Bytes32 value) {
    return add(value.unsafeBytes());
  }

  public Keccak add(Address address) {
    return add(address.unsafeBytes());
  }

  /** Adds four bytes, big endian. */
  public Keccak addInt(int value) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      digest.update((byte) (value >>> shift));
    }
    return this;
  }

  /** Adds eight bytes, big endian. */
  public Keccak addLong(long value) {
    return addInt((int) (value >>> 32)).addInt((int) value);
  }

  /** The hash of all that was added; what is added later begins anew. */
  public Bytes32 hash() {
    byte[] hash = new byte[32];
    digest.doFinal(hash, 0);
    return Bytes32.trusted(hash);
  }
}
