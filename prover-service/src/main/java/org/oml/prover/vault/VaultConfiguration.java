package org.oml.prover.vault;

import org.oml.protocol.CodedException;
import org.oml.prover.ProverError;
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
  Vault vault(JdbcClient database, VaultSettings settings) {
    if (settings.keyFile() == null) {
      throw new CodedException(
          ProverError.VAULT_KEY_INVALID, "oml.prover.vault.key-file is not set.");
    }
    Vault vault = new Vault(database, KeyFile.load(settings.keyFile()));
    vault.requireItsKey();
    return vault;
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
