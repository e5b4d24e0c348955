package org.oml.protocol;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * One secret of an instance: asked the key, the instance answers with the response. Both are NFC
 * and never trimmed.
 *
 * @param index its place in the instance's tree, from 0
 * @param key what is asked
 * @param response how the answer begins
 * @param leafSalt keeps the leaf from being guessed
 */
public record Fingerprint(int index, String key, String response, Bytes32 leafSalt) {

  /** The leaf that the instance's fingerprint root holds. */
  public Bytes32 leaf(Bytes32 modelId, Bytes32 instanceId) {
    Bytes32 inner =
        new Keccak()
            .add("oml.fp.v1")
            .add(modelId)
            .add(instanceId)
            .addInt(index)
            .add(Keccak.of(key))
            .add(Keccak.of(response))
            .add(leafSalt)
            .hash();
    return Keccak.of(inner.toBytes());
  }

  /** {@code HMAC-SHA256(secret, "salt" ‖ instanceId ‖ index)}. */
  public static Bytes32 leafSalt(byte[] secret, Bytes32 instanceId, int index) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      mac.update("salt".getBytes(StandardCharsets.UTF_8));
      mac.update(instanceId.toBytes());
      mac.update(ByteBuffer.allocate(4).putInt(index).array());
      return Bytes32.of(mac.doFinal());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  /**
   * Which of k candidates is the response, in [0, k): fixed by the salt and the key, so that an
   * opened leaf proves it.
   */
  public static int choice(Bytes32 leafSalt, String key, int k) {
    Bytes32 hash = new Keccak().add("oml.fp.choice.v1").add(leafSalt).add(Keccak.of(key)).hash();
    return new BigInteger(1, hash.toBytes()).mod(BigInteger.valueOf(k)).intValueExact();
  }

  /**
   * Whether an answer begins with a response, up to a word boundary and as far as its first 64
   * bytes tell: see {@link ResponseRoot#startsWith}, which is what the penalty court checks.
   */
  public static boolean matches(String answer, String response) {
    return ResponseRoot.of(answer).startsWith(response);
  }
}
