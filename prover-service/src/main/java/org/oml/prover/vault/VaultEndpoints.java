package org.oml.prover.vault;

import java.util.Optional;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.prover.ProverError;
import org.oml.prover.ProverSettings;
import org.oml.prover.instance.ChainRecords;
import org.oml.prover.instance.PublishedInstance;
import org.oml.servicekit.identity.Caller;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Where workers put the secrets of the instances that they trained. */
@RestController
final class VaultEndpoints {

  private final Vault vault;
  private final ChainRecords chain;
  private final ProverSettings settings;

  VaultEndpoints(Vault vault, ChainRecords chain, ProverSettings settings) {
    this.vault = vault;
    this.chain = chain;
    this.settings = settings;
  }

  record Stored(Bytes32 instanceId, int keys, int keysLeft, int covers) {}

  @PutMapping("/v1/vault/instances/{instanceId}")
  Stored put(Caller caller, @PathVariable String instanceId, @RequestBody InstanceSecrets secrets) {
    caller.requireOneOf(settings.workerAccounts(), ProverError.NOT_ALLOWED);
    Bytes32 id = Bytes32.parse(instanceId);
    secrets.requireSound(id);
    requireAsPublished(chain.instance(id), secrets);
    vault.put(id, secrets);
    VaultedInstance stored = vault.find(id).orElseThrow();
    return new Stored(id, stored.keys(), stored.keysLeft(), stored.covers());
  }

  private static void requireAsPublished(
      Optional<PublishedInstance> published, InstanceSecrets secrets) {
    if (published.isPresent()
        && !(published.get().fingerprintRoot().equals(secrets.fingerprintRoot())
            && published.get().modelId().equals(secrets.modelId())
            && published.get().host().equals(secrets.host()))) {
      throw new CodedException(
          ProverError.VAULT_ROOT_DIFFERS,
          "The chain has another model, host or fingerprint root for this instance.");
    }
  }
}
