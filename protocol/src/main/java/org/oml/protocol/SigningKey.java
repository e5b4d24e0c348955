package org.oml.protocol;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

/** A private key of an account. It never shows its secret: {@link #toString} is the address. */
public final class SigningKey {

  private final Bytes32 secret;
  private final Address address;

  private SigningKey(Bytes32 secret) {
    this.secret = secret;
    this.address = Secp256k1.address(secret);
  }

  /**
   * @throws CodedException {@link ProtocolError#KEYSTORE_INVALID} unless the value is in [1, n)
   */
  public static SigningKey of(Bytes32 secret) {
    if (!inRange(secret)) {
      throw new CodedException(ProtocolError.KEYSTORE_INVALID, "The private key is out of range.");
    }
    return new SigningKey(secret);
  }

  /** A fresh key. */
  public static SigningKey random() {
    SecureRandom random = new SecureRandom();
    byte[] bytes = new byte[32];
    do {
      random.nextBytes(bytes);
    } while (!inRange(Bytes32.of(bytes)));
    return new SigningKey(Bytes32.of(bytes));
  }

  private static boolean inRange(Bytes32 secret) {
    BigInteger value = new BigInteger(1, secret.toBytes());
    return value.signum() > 0 && value.compareTo(Signature.ORDER) < 0;
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
    return secret;
  }

  @Override
  public String toString() {
    return "key of " + address;
  }
}
