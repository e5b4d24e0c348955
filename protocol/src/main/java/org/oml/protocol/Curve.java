package org.oml.protocol;

/**
 * What is computed on secp256k1 (SEC 2). Two implementations that agree on every input: the native
 * one is some thirty times faster, the other runs anywhere.
 */
sealed interface Curve permits NativeCurve, BouncyCastleCurve {

  /** The address of a private key in [1, n). */
  Address address(Bytes32 secret);

  /** Signs deterministically (RFC 6979), with low s. */
  Signature sign(Bytes32 secret, Bytes32 digest);

  /** The address whose key made a signature; the zero address if there is none. */
  Address recover(Bytes32 digest, Signature signature);

  /**
   * The address of a public key.
   *
   * @param uncompressed 65 bytes, the first of them 4
   */
  static Address address(byte[] uncompressed) {
    byte[] hash = new Keccak().add(uncompressed, 1, 64).hash().toBytes();
    return Address.of(java.util.Arrays.copyOfRange(hash, 12, 32));
  }
}
