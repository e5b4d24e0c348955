package org.oml.protocol;

import java.math.BigInteger;
import java.util.Arrays;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.math.ec.ECAlgorithms;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;

/**
 * The curve (SEC 2): deterministic signatures (RFC 6979) with low s, and recovery of the signer's
 * address.
 */
final class Secp256k1 {

  private static final X9ECParameters CURVE = CustomNamedCurves.getByName("secp256k1");
  private static final ECDomainParameters DOMAIN =
      new ECDomainParameters(CURVE.getCurve(), CURVE.getG(), CURVE.getN(), CURVE.getH());

  private Secp256k1() {}

  static Address address(BigInteger secret) {
    return address(new FixedPointCombMultiplier().multiply(CURVE.getG(), secret));
  }

  static Signature sign(BigInteger secret, Bytes32 digest) {
    ECDSASigner signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
    signer.init(true, new ECPrivateKeyParameters(secret, DOMAIN));
    BigInteger[] pair = signer.generateSignature(digest.toBytes());
    BigInteger r = pair[0];
    BigInteger s =
        pair[1].compareTo(Signature.HALF_ORDER) > 0 ? Signature.ORDER.subtract(pair[1]) : pair[1];
    Address own = address(secret);
    for (int v = 27; v <= 28; v++) {
      Signature signature = pack(r, s, v);
      if (own.equals(recover(digest, signature))) {
        return signature;
      }
    }
    // r beyond the field's order would need a third and fourth v; its probability is 2^-127.
    throw new CodedException(ProtocolError.SIGNATURE_INVALID, "The signature cannot be recovered.");
  }

  /** The address whose key made a signature; the zero address if there is none. */
  static Address recover(Bytes32 digest, Signature signature) {
    BigInteger r = signature.r();
    byte[] compressed = new byte[33];
    compressed[0] = (byte) (signature.v() == 27 ? 2 : 3);
    System.arraycopy(Unsigned.bytes(r, 32), 0, compressed, 1, 32);
    ECPoint point;
    try {
      point = CURVE.getCurve().decodePoint(compressed);
    } catch (IllegalArgumentException e) {
      return Address.ZERO;
    }
    BigInteger inverse = r.modInverse(Signature.ORDER);
    BigInteger message = new BigInteger(1, digest.toBytes());
    BigInteger u1 = message.negate().multiply(inverse).mod(Signature.ORDER);
    BigInteger u2 = signature.s().multiply(inverse).mod(Signature.ORDER);
    ECPoint key = ECAlgorithms.sumOfTwoMultiplies(CURVE.getG(), u1, point, u2);
    return key.isInfinity() ? Address.ZERO : address(key);
  }

  private static Address address(ECPoint key) {
    byte[] encoded = key.normalize().getEncoded(false);
    byte[] hash = new Keccak().add(encoded, 1, 64).hash().toBytes();
    return Address.of(Arrays.copyOfRange(hash, 12, 32));
  }

  private static Signature pack(BigInteger r, BigInteger s, int v) {
    byte[] bytes = new byte[65];
    System.arraycopy(Unsigned.bytes(r, 32), 0, bytes, 0, 32);
    System.arraycopy(Unsigned.bytes(s, 32), 0, bytes, 32, 32);
    bytes[64] = (byte) v;
    return Signature.of(bytes);
  }
}
