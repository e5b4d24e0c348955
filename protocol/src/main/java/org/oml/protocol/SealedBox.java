package org.oml.protocol;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.ProviderException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Optional;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.DecapsulateException;
import javax.crypto.KEM;
import javax.crypto.KeyAgreement;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Bytes that only the owner of an X25519 key can read: DHKEM(X25519, HKDF-SHA256) of RFC 9180, then
 * AES-256-GCM under the shared secret, as {@code version (1 byte) ‖ encapsulation (32) ‖ nonce (12)
 * ‖ ciphertext ‖ tag (16)}. The purpose is authenticated with it, so that nothing sealed for one
 * can be taken for another.
 */
public final class SealedBox {

  private static final byte VERSION = 1;
  private static final int KEY = 32;
  private static final int NONCE = 12;
  private static final int TAG = 16;
  private static final BigInteger BASE_POINT = BigInteger.valueOf(9);
  private static final SecureRandom RANDOM = new SecureRandom();

  private SealedBox() {}

  /** The public key of a private one, which is any 32 bytes. */
  public static Bytes32 publicKey(Bytes32 privateKey) {
    try {
      KeyAgreement agreement = KeyAgreement.getInstance("X25519");
      agreement.init(privateOf(privateKey));
      agreement.doPhase(
          factory().generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, BASE_POINT)),
          true);
      return Bytes32.of(agreement.generateSecret());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has X25519", e);
    }
  }

  /**
   * Seals bytes for the owner of a public key.
   *
   * @throws IllegalArgumentException for a key that is none
   */
  public static byte[] seal(Bytes32 publicKey, byte[] plain, String purpose) {
    try {
      KEM.Encapsulated shared =
          KEM.getInstance("DHKEM")
              .newEncapsulator(publicOf(publicKey), RANDOM)
              .encapsulate(0, KEY, "AES");
      byte[] nonce = new byte[NONCE];
      RANDOM.nextBytes(nonce);
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, shared.key(), nonce, purpose);
      byte[] sealed = cipher.doFinal(plain);
      return ByteBuffer.allocate(1 + KEY + NONCE + sealed.length)
          .put(VERSION)
          .put(shared.encapsulation())
          .put(nonce)
          .put(sealed)
          .array();
    } catch (GeneralSecurityException | ProviderException e) {
      throw new IllegalArgumentException("nothing can be sealed for this key", e);
    }
  }

  /** What was sealed; empty when it was for another key or purpose, or was changed. */
  public static Optional<byte[]> open(Bytes32 privateKey, byte[] sealed, String purpose) {
    if (sealed.length < 1 + KEY + NONCE + TAG || sealed[0] != VERSION) {
      return Optional.empty();
    }
    ByteBuffer in = ByteBuffer.wrap(sealed, 1, sealed.length - 1);
    byte[] encapsulation = new byte[KEY];
    byte[] nonce = new byte[NONCE];
    byte[] rest = new byte[sealed.length - 1 - KEY - NONCE];
    in.get(encapsulation).get(nonce).get(rest);
    try {
      SecretKey key =
          KEM.getInstance("DHKEM")
              .newDecapsulator(privateOf(privateKey))
              .decapsulate(encapsulation, 0, KEY, "AES");
      return Optional.of(cipher(Cipher.DECRYPT_MODE, key, nonce, purpose).doFinal(rest));
    } catch (DecapsulateException | BadPaddingException | ProviderException e) {
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has DHKEM and AES-GCM", e);
    }
  }

  private static Cipher cipher(int mode, SecretKey key, byte[] nonce, String purpose)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(8 * TAG, nonce));
    cipher.updateAAD(purpose.getBytes(StandardCharsets.UTF_8));
    return cipher;
  }

  private static PrivateKey privateOf(Bytes32 key) throws GeneralSecurityException {
    return factory()
        .generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, key.toBytes()));
  }

  /** The u-coordinate is little-endian and its highest bit is not part of it (RFC 7748). */
  private static PublicKey publicOf(Bytes32 key) throws GeneralSecurityException {
    byte[] little = key.toBytes();
    byte[] big = new byte[little.length];
    for (int i = 0; i < big.length; i++) {
      big[i] = little[little.length - 1 - i];
    }
    big[0] &= 0x7f;
    return factory()
        .generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, new BigInteger(1, big)));
  }

  private static KeyFactory factory() throws GeneralSecurityException {
    return KeyFactory.getInstance("X25519");
  }
}
