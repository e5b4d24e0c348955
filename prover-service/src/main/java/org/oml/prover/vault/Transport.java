package org.oml.prover.vault;

import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.SealedBox;
import org.oml.prover.ProverError;
import org.oml.servicekit.wire.WireForms;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Opens what workers sealed for the vault, so that whatever stands between them, proxies and logs
 * among it, sees no secrets.
 */
final class Transport {

  private static final JsonMapper JSON = JsonMapper.builder().addModule(WireForms.module()).build();

  private final Bytes32 privateKey;

  Transport(Bytes32 privateKey) {
    this.privateKey = privateKey;
  }

  Bytes32 publicKey() {
    return SealedBox.publicKey(privateKey);
  }

  /**
   * @throws CodedException {@link ProverError#VAULT_MALFORMED} for what was sealed with another key
   *     or for another instance, or is no secrets
   */
  InstanceSecrets open(Bytes32 instanceId, byte[] sealed) {
    byte[] plain =
        SealedBox.open(privateKey, sealed, "oml.vault.v1 " + instanceId)
            .orElseThrow(
                () ->
                    new CodedException(
                        ProverError.VAULT_MALFORMED,
                        "The secrets were not sealed with the key in use and for this instance."));
    try {
      return JSON.readValue(plain, InstanceSecrets.class);
    } catch (JacksonException e) {
      // What it says could quote the secrets.
      throw new CodedException(ProverError.VAULT_MALFORMED, "What was sealed is no secrets.");
    }
  }
}
