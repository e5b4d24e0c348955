package org.oml.prover.vault;

import java.util.Optional;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.prover.ProverError;
import org.oml.prover.ProverSettings;
import org.oml.prover.instance.ChainRecords;
import org.oml.prover.instance.PublishedInstance;
import org.oml.servicekit.identity.Caller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Where workers put the secrets of the instances that they trained. */
@RestController
final class VaultEndpoints {

  private final Vault vault;
  private final Transport transport;
  private final ChainRecords chain;
  private final ProverSettings settings;

  VaultEndpoints(Vault vault, Transport transport, ChainRecords chain, ProverSettings settings) {
    this.vault = vault;
    this.transport = transport;
    this.chain = chain;
    this.settings = settings;
  }

  record Stored(Bytes32 instanceId, int keys, int keysLeft, int covers) {}

  record Key(int version, Bytes32 publicKey) {}

  /**
   * @param version 1
   * @param sealed for the vault's key, in Base64
   */
  record Sealed(int version, String sealed) {}

  /** With which workers seal secrets; it is no secret itself. */
  @GetMapping("/v1/vault/key")
  Key key(Caller caller) {
    caller.requireOneOf(settings.workerAccounts(), ProverError.NOT_ALLOWED);
    return new Key(1, transport.publicKey());
  }

  @PutMapping("/v1/vault/instances/{instanceId}/sealed")
  Stored putSealed(Caller caller, @PathVariable String instanceId, @RequestBody Sealed body) {
    caller.requireOneOf(settings.workerAccounts(), ProverError.NOT_ALLOWED);
    if (body.version() != 1) {
      throw new CodedException(ProverError.VAULT_MALFORMED, "The version is not 1.");
    }
    return put(caller, instanceId, transport.open(Bytes32.parse(instanceId), body.sealed()));
  }

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
