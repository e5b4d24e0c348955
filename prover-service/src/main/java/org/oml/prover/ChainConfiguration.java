package org.oml.prover;

import java.time.Duration;
import javax.sql.DataSource;
import org.oml.chain.ChainClient;
import org.oml.chain.ChainError;
import org.oml.chain.ChainSchema;
import org.oml.chain.ChainSettings;
import org.oml.chain.ContractAddresses;
import org.oml.chain.send.PayloadSeal;
import org.oml.chain.send.SenderLimits;
import org.oml.chain.send.TransactionSender;
import org.oml.chain.send.TransactionSigner;
import org.oml.protocol.CodedException;
import org.oml.protocol.Keystore;
import org.oml.protocol.SigningKey;
import org.oml.servicekit.database.SchemaPart;
import org.oml.servicekit.observability.HealthWarning;
import org.oml.servicekit.observability.Readiness;
import org.oml.servicekit.problem.ServiceError;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** The prover's account and its way to the chain. */
@Configuration(proxyBeanMethods = false)
class ChainConfiguration {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(500);

  @Bean
  static SchemaPart chainTables() {
    String history = ChainSchema.HISTORY;
    return new SchemaPart(
        history.substring(0, history.length() - "_history".length()), ChainSchema.LOCATION);
  }

  @Bean
  SigningKey proverAccount(ProverSettings settings) {
    ProverSettings.Account account = settings.account();
    if (account.keystore() == null || account.passwordFile() == null) {
      throw new CodedException(
          ServiceError.SETTING_MISSING,
          "oml.prover.account.keystore and oml.prover.account.password-file must be set.");
    }
    return Keystore.load(account.keystore(), account.passwordFile());
  }

  @Bean
  ChainSettings chainSettings(Environment environment) {
    if (environment.getProperty("oml.chain.addresses-file", "").isBlank()) {
      throw new CodedException(
          ServiceError.SETTING_MISSING, "oml.chain.addresses-file is not set.");
    }
    return bound(environment, ChainSettings.class);
  }

  @Bean
  SenderLimits senderLimits(Environment environment) {
    return bound(environment, SenderLimits.class);
  }

  private static <T> T bound(Environment environment, Class<T> type) {
    try {
      return Binder.get(environment).bind("oml.chain", type).get();
    } catch (BindException e) {
      throw new CodedException(
          ServiceError.SETTING_INVALID, "oml.chain has a setting of another form.", e);
    }
  }

  @Bean
  ContractAddresses contractAddresses(ChainSettings settings) {
    return ContractAddresses.read(settings.addressesFile());
  }

  /** Waits a minute for a node that starts later than the prover. */
  @Bean
  ChainClient chainClient(ChainSettings settings, ContractAddresses addresses)
      throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        return ChainClient.connect(settings, addresses);
      } catch (CodedException e) {
        if (e.code() != ChainError.UNREACHABLE || System.nanoTime() > deadline) {
          throw e;
        }
        Thread.sleep(PAUSE);
      }
    }
  }

  /** A reveal holds what the vault keeps, until everybody may read it on chain. */
  @Bean(initMethod = "start")
  TransactionSender transactionSender(
      DataSource database,
      ChainClient client,
      SigningKey account,
      ChainSettings settings,
      SenderLimits limits,
      PayloadSeal seal) {
    return new TransactionSender(
        database, client, new TransactionSigner(account, client.chainId()), settings, limits, seal);
  }

  @Bean
  HealthWarning balanceWarning(TransactionSender sender) {
    return sender::warning;
  }

  @Bean
  Readiness chainReadiness(ChainClient client) {
    return Readiness.of("chain", client::head);
  }
}
