package org.oml.protocol;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

/** A private key of an account. It never shows its secret: {@link #toString} is the address. */
public final class SigningKey {

  private final BigInteger secret;
  private final Address address;

  private SigningKey(BigInteger secret) {
    this.secret = secret;
    this.address = Secp256k1.address(secret);
  }

  /**
   * @throws CodedException {@link ProtocolError#KEYSTORE_INVALID} unless the value is in [1, n)
   */
  public static SigningKey of(Bytes32 secret) {
    BigInteger value = new BigInteger(1, secret.toBytes());
    if (value.signum() == 0 || value.compareTo(Signature.ORDER) >= 0) {
      throw new CodedException(ProtocolError.KEYSTORE_INVALID, "The private key is out of range.");
    }
    return new SigningKey(value);
  }

  /** A fresh key. */
  public static SigningKey random() {
    SecureRandom random = new SecureRandom();
    while (true) {
      BigInteger value = new BigInteger(256, random);
      if (value.signum() > 0 && value.compareTo(Signature.ORDER) < 0) {
        return new SigningKey(value);
      }
    }
  }

  public Address address() {
    return address;
  }

  /** Signs a digest, deterministically (RFC 6979), with low s. */
  public Signature sign(Bytes32 digest) {
    return Secp256k1.sign(secret, digest);
  }

  /** Signs a text as wallets do (EIP-191, version 0x45). */
  public Signature signMessage(String text) {
    return sign(messageDigest(text));
  }

  /** The digest of a text that a wallet signs (EIP-191, version 0x45). */
  public static Bytes32 messageDigest(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new Keccak().add("\u0019Ethereum Signed Message:\n" + bytes.length).add(bytes).hash();
  }

  /** The secret itself, for the keystore and for the chain's transactions. */
  public Bytes32 secret() {
    return Bytes32.of(Unsigned.bytes(secret, 32));
  }

  @Override
  public String toString() {
    return "key of " + address;
  }
}
