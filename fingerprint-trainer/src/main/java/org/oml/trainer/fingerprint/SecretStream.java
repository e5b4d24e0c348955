package org.oml.trainer.fingerprint;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.oml.protocol.Bytes32;

/**
 * Numbers that follow from a secret, and none of which tells another: HMAC-SHA256 of a counter and
 * the purpose, as a key derivation in counter mode has it (NIST SP 800-108).
 */
final class SecretStream implements RandomGenerator {

  private static final String LABEL = "oml.draw.v1";

  private final Mac mac;
  private final byte[] purpose;
  private ByteBuffer block = ByteBuffer.allocate(0);
  private long blocks;

  SecretStream(Bytes32 secret, String purpose) {
    this.purpose = (LABEL + "\0" + purpose).getBytes(StandardCharsets.UTF_8);
    try {
      mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.toBytes(), "HmacSHA256"));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  @Override
  public long nextLong() {
    if (!block.hasRemaining()) {
      mac.update(ByteBuffer.allocate(Long.BYTES).putLong(blocks++).array());
      block = ByteBuffer.wrap(mac.doFinal(purpose));
    }
    return block.getLong();
  }
}
