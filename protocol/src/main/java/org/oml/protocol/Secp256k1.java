package org.oml.protocol;

/** The curve of all signatures, by the fastest implementation that this machine has. */
final class Secp256k1 {

  private static final Curve CURVE = NativeCurve.load().orElseGet(BouncyCastleCurve::new);

  private Secp256k1() {}

  static Address address(Bytes32 secret) {
    return CURVE.address(secret);
  }

  static Signature sign(Bytes32 secret, Bytes32 digest) {
    return CURVE.sign(secret, digest);
  }

  /** The address whose key made a signature; the zero address if there is none. */
  static Address recover(Bytes32 digest, Signature signature) {
    return CURVE.recover(digest, signature);
  }
}
