package org.oml.prover.vault;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.oml.protocol.CodedException;
import org.oml.prover.ProverError;

/**
 * A key of AES-256-GCM (NIST SP 800-38D). What it seals is {@code version (1 byte) ‖ nonce (12) ‖
 * ciphertext ‖ tag (16)}; the purpose is authenticated with it, so that nothing sealed can be put
 * in another's place.
 */
final class SealingKey {

  private static final byte VERSION = 1;
  private static final int NONCE = 12;
  private static final int TAG_BITS = 128;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final SecretKeySpec key;

  private SealingKey(byte[] bytes) {
    this.key = new SecretKeySpec(bytes, "AES");
  }

  /**
   * @param bytes 32 of them
   */
  static SealingKey of(byte[] bytes) {
    if (bytes.length != 32) {
      throw new IllegalArgumentException("AES-256 needs 32 bytes");
    }
    return new SealingKey(bytes.clone());
  }

  static SealingKey random() {
    byte[] bytes = new byte[32];
    RANDOM.nextBytes(bytes);
    return new SealingKey(bytes);
  }

  byte[] seal(byte[] plain, String purpose) {
    byte[] nonce = new byte[NONCE];
    RANDOM.nextBytes(nonce);
    try {
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, purpose).doFinal(plain);
      return ByteBuffer.allocate(1 + NONCE + sealed.length)
          .put(VERSION)
          .put(nonce)
          .put(sealed)
          .array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has AES-GCM", e);
    }
  }

  /**
   * @throws CodedException {@link ProverError#VAULT_UNREADABLE} when it was sealed with another key
   *     or purpose, or was changed
   */
  byte[] open(byte[] sealed, String purpose) {
    if (sealed.length <= 1 + NONCE || sealed[0] != VERSION) {
      throw unreadable();
    }
    byte[] nonce = Arrays.copyOfRange(sealed, 1, 1 + NONCE);
    try {
      return cipher(Cipher.DECRYPT_MODE, nonce, purpose)
          .doFinal(sealed, 1 + NONCE, sealed.length - 1 - NONCE);
    } catch (AEADBadTagException e) {
      throw unreadable();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has AES-GCM", e);
    }
  }

  /**
   * The same 32 bytes for the same text and purpose, which tell nothing to whoever lacks the key.
   */
  byte[] tag(String text, String purpose) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key.getEncoded(), "HmacSHA256"));
      mac.update(purpose.getBytes(StandardCharsets.UTF_8));
      mac.update((byte) 0);
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  byte[] wrap(SealingKey dataKey, String purpose) {
    return seal(dataKey.key.getEncoded(), purpose);
  }

  SealingKey unwrap(byte[] wrapped, String purpose) {
    return of(open(wrapped, purpose));
  }

  private Cipher cipher(int mode, byte[] nonce, String purpose) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(purpose.getBytes(StandardCharsets.UTF_8));
    return cipher;
  }

  private static CodedException unreadable() {
    return new CodedException(
        ProverError.VAULT_UNREADABLE, "Something in the vault does not open with the key in use.");
  }
}
