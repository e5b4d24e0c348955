package org.oml.registry.job;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Keccak;
import org.oml.registry.RegistryProperties;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Draws the secret from which the fingerprints of an instance follow. */
@Component
final class Seeds {

  private final SecureRandom random = new SecureRandom();
  private final @Nullable Long fixed;

  Seeds(RegistryProperties properties) {
    this.fixed = properties.seed();
    if (fixed != null) {
      LoggerFactory.getLogger(Seeds.class)
          .warn(
              "oml.registry.seed is set: fingerprints are repeatable, and anybody can guess them");
    }
  }

  /**
   * @param modelId of the model
   * @param ordinal of the instance among the model's, from 1 on
   */
  Bytes32 draw(Bytes32 modelId, int ordinal) {
    if (fixed != null) {
      ByteBuffer numbers = ByteBuffer.allocate(12).putLong(fixed).putInt(ordinal);
      return Keccak.of("oml.demo.seed.v1".getBytes(StandardCharsets.UTF_8), numbers.array());
    }
    byte[] drawn = new byte[32];
    random.nextBytes(drawn);
    return Bytes32.of(drawn);
  }
}
