package org.oml.protocol;

import java.math.BigInteger;
import java.util.Arrays;

/** Signatures at the edges: what is refused, and what recovers to nobody. */
final class SignatureVectors {

  private static final BigInteger N = Signature.ORDER;
  private static final BigInteger FIELD =
      new BigInteger("fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f", 16);

  private SignatureVectors() {}

  static VectorFile file() {
    VectorFile file =
        new VectorFile(
            "65-byte signatures; valid is false where r, s or v is out of range, signer is zero where"
                + " no key fits");
    Bytes32 digest = Vectors.some("digest");
    Signature good = Vectors.KEY.sign(digest);
    BigInteger r = good.r();
    BigInteger s = good.s();
    int v = good.v();
    add(file, "as signed", digest, raw(r, s, v));
    add(file, "the other v", digest, raw(r, s, 55 - v));
    add(file, "high s", digest, raw(r, N.subtract(s), 55 - v));
    add(file, "s one above half", digest, raw(r, Signature.HALF_ORDER.add(BigInteger.ONE), v));
    add(file, "s half", digest, raw(r, Signature.HALF_ORDER, v));
    add(file, "s one", digest, raw(r, BigInteger.ONE, v));
    add(file, "r zero", digest, raw(BigInteger.ZERO, s, v));
    add(file, "s zero", digest, raw(r, BigInteger.ZERO, v));
    add(file, "r is n", digest, raw(N, s, v));
    add(file, "s is n", digest, raw(r, N, v));
    add(file, "r is n - 1", digest, raw(N.subtract(BigInteger.ONE), s, v));
    add(file, "r is p", digest, raw(FIELD, s, v));
    add(file, "r and s all ones", digest, raw(ones(), ones(), v));
    add(file, "r five is no point's x", digest, raw(BigInteger.valueOf(5), s, 27));
    add(file, "r one", digest, raw(BigInteger.ONE, s, 28));
    for (int other : new int[] {0, 1, 26, 29, 30, 31, 255}) {
      add(file, "v is " + other, digest, raw(r, s, other));
    }
    add(file, "digest zero", Bytes32.ZERO, Vectors.KEY.sign(Bytes32.ZERO).toBytes());
    Bytes32 beyond = Bytes32.of(Unsigned.bytes(N.add(BigInteger.TEN), 32));
    add(file, "digest beyond n", beyond, Vectors.KEY.sign(beyond).toBytes());
    add(file, "key at infinity", digest, infinity(digest));
    add(file, "64 bytes", digest, Arrays.copyOf(good.toBytes(), 64));
    add(file, "66 bytes", digest, Arrays.copyOf(good.toBytes(), 66));
    return file;
  }

  /** R = G and s = digest make the recovered key the point at infinity. */
  static byte[] infinity(Bytes32 digest) {
    BigInteger generatorX =
        new BigInteger("79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798", 16);
    BigInteger s = new BigInteger(1, digest.toBytes()).mod(N);
    // G has an even y; with -G the other s does.
    boolean low = s.compareTo(Signature.HALF_ORDER) <= 0;
    return raw(generatorX, low ? s : N.subtract(s), low ? 27 : 28);
  }

  static byte[] raw(BigInteger r, BigInteger s, int v) {
    byte[] bytes = new byte[65];
    System.arraycopy(Unsigned.bytes(r, 32), 0, bytes, 0, 32);
    System.arraycopy(Unsigned.bytes(s, 32), 0, bytes, 32, 32);
    bytes[64] = (byte) v;
    return bytes;
  }

  private static BigInteger ones() {
    return BigInteger.ONE.shiftLeft(256).subtract(BigInteger.ONE);
  }

  private static void add(VectorFile file, String name, Bytes32 digest, byte[] bytes) {
    Address signer = Address.ZERO;
    boolean valid = true;
    try {
      signer = Secp256k1.recover(digest, Signature.of(bytes));
    } catch (CodedException e) {
      valid = false;
    }
    file.with("name", name, "digest", digest, "signature", bytes, "valid", valid, "signer", signer);
  }
}
