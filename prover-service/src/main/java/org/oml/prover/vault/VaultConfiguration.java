package org.oml.prover.vault;

import org.oml.chain.send.PayloadSeal;
import org.oml.protocol.CodedException;
import org.oml.prover.ProverError;
import org.oml.servicekit.peer.Peer;
import org.oml.servicekit.repeat.Repeating;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** Opens the vault with its key, or stops the start. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(VaultSettings.class)
class VaultConfiguration {

  @Bean
  Vault vault(JdbcClient database, SealingKey vaultKey) {
    Vault vault = new Vault(database, vaultKey);
    vault.requireItsKey();
    return vault;
  }

  @Bean
  KeyWatch keyWatch(Vault vault, VaultSettings settings) {
    return new KeyWatch(vault, settings);
  }

  @Bean
  Repeating successorRequests(KeyWatch watch, Peer permissionService, VaultSettings settings) {
    SuccessorRequests requests = new SuccessorRequests(watch, permissionService);
    return new Repeating("successors", settings.askEvery(), requests::ask, requests::failed);
  }

  @Bean
  SealingKey vaultKey(VaultSettings settings) {
    if (settings.keyFile() == null) {
      throw new CodedException(
          ProverError.VAULT_KEY_INVALID, "oml.prover.vault.key-file is not set.");
    }
    return KeyFile.load(settings.keyFile());
  }

  /** What is about to be sent is sealed with the vault's key, which is not in the database. */
  @Bean
  PayloadSeal payloadSeal(SealingKey vaultKey) {
    return new PayloadSeal() {
      @Override
      public byte[] seal(byte[] payload, String purpose) {
        return vaultKey.seal(payload, purpose);
      }

      @Override
      public byte[] open(byte[] sealed, String purpose) {
        return vaultKey.open(sealed, purpose);
      }
    };
  }

  @Bean
  Transport transport(VaultSettings settings, JsonMapper json) {
    if (settings.keyFile() == null) {
      throw new CodedException(
          ProverError.VAULT_KEY_INVALID, "oml.prover.vault.key-file is not set.");
    }
    return new Transport(KeyFile.transportKey(settings.keyFile()), json);
  }
}
