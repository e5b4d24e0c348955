package org.oml.protocol;

import java.math.BigInteger;
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

/** The curve in Java, where the native library does not load. */
final class BouncyCastleCurve implements Curve {

  private static final X9ECParameters CURVE = CustomNamedCurves.getByName("secp256k1");
  private static final ECDomainParameters DOMAIN =
      new ECDomainParameters(CURVE.getCurve(), CURVE.getG(), CURVE.getN(), CURVE.getH());

  @Override
  public Address address(Bytes32 secret) {
    return address(new FixedPointCombMultiplier().multiply(CURVE.getG(), integer(secret)));
  }

  @Override
  public Signature sign(Bytes32 secret, Bytes32 digest) {
    ECDSASigner signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
    signer.init(true, new ECPrivateKeyParameters(integer(secret), DOMAIN));
    BigInteger[] pair = signer.generateSignature(digest.toBytes());
    BigInteger s =
        pair[1].compareTo(Signature.HALF_ORDER) > 0 ? Signature.ORDER.subtract(pair[1]) : pair[1];
    Address own = address(secret);
    for (int v = 27; v <= 28; v++) {
      Signature signature = Signature.of(pair[0], s, v);
      if (own.equals(recover(digest, signature))) {
        return signature;
      }
    }
    // r beyond the group's order would need a third and fourth v; its probability is 2^-127.
    throw new CodedException(ProtocolError.SIGNATURE_INVALID, "The signature cannot be recovered.");
  }

  @Override
  public Address recover(Bytes32 digest, Signature signature) {
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
    BigInteger u1 = integer(digest).negate().multiply(inverse).mod(Signature.ORDER);
    BigInteger u2 = signature.s().multiply(inverse).mod(Signature.ORDER);
    ECPoint key = ECAlgorithms.sumOfTwoMultiplies(CURVE.getG(), u1, point, u2);
    return key.isInfinity() ? Address.ZERO : address(key);
  }

  private static Address address(ECPoint key) {
    return Curve.address(key.normalize().getEncoded(false));
  }

  private static BigInteger integer(Bytes32 value) {
    return new BigInteger(1, value.toBytes());
  }
}
