package org.oml.prover.vault;

import java.util.Base64;
import java.util.Optional;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.SealedBox;
import org.oml.prover.ProverError;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Opens what workers sealed for the vault, so that whatever stands between them, proxies and logs
 * among it, sees no secrets.
 */
final class Transport {

  private final Bytes32 privateKey;
  private final JsonMapper json;

  /**
   * @param json as strict as with what comes unsealed
   */
  Transport(Bytes32 privateKey, JsonMapper json) {
    this.privateKey = privateKey;
    this.json = json;
  }

  Bytes32 publicKey() {
    return SealedBox.publicKey(privateKey);
  }

  /**
   * @throws CodedException {@link ProverError#VAULT_MALFORMED} for what was sealed with another key
   *     or for another instance, or is no secrets
   */
  InstanceSecrets open(Bytes32 instanceId, String sealed) {
    byte[] plain =
        decoded(sealed)
            .flatMap(bytes -> SealedBox.open(privateKey, bytes, "oml.vault.v1 " + instanceId))
            .orElseThrow(
                () ->
                    new CodedException(
                        ProverError.VAULT_MALFORMED,
                        "The body was not sealed with the key in use and for this instance."));
    try {
      return json.readValue(plain, InstanceSecrets.class);
    } catch (JacksonException e) {
      // What it says could quote the secrets.
      throw new CodedException(
          ProverError.VAULT_MALFORMED, "What was sealed does not read as fingerprints and covers.");
    }
  }

  private static Optional<byte[]> decoded(String base64) {
    try {
      return Optional.of(Base64.getDecoder().decode(base64));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
