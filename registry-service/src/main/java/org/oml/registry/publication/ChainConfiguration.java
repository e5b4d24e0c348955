package org.oml.registry.publication;

import java.time.Duration;
import javax.sql.DataSource;
import org.oml.chain.ChainClient;
import org.oml.chain.ChainError;
import org.oml.chain.ChainSchema;
import org.oml.chain.ChainSettings;
import org.oml.chain.Contract;
import org.oml.chain.ContractAddresses;
import org.oml.chain.read.EventReader;
import org.oml.chain.send.TransactionSender;
import org.oml.chain.send.TransactionSigner;
import org.oml.contracts.binding.ModelRegistry;
import org.oml.protocol.CodedException;
import org.oml.protocol.SigningKey;
import org.oml.servicekit.database.SchemaPart;
import org.oml.servicekit.observability.HealthWarning;
import org.oml.servicekit.observability.Readiness;
import org.oml.servicekit.repeat.Repeating;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Connects the registry to the chain. */
@Configuration(proxyBeanMethods = false)
class ChainConfiguration {

  private static final Logger LOG = LoggerFactory.getLogger(ChainConfiguration.class);
  private static final Duration PAUSE = Duration.ofMillis(250);
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
  private static final String HISTORY_ENDING = "_history";

  @Bean
  static SchemaPart chainTables() {
    String name =
        ChainSchema.HISTORY.substring(0, ChainSchema.HISTORY.length() - HISTORY_ENDING.length());
    return new SchemaPart(name, ChainSchema.LOCATION);
  }

  @Bean
  ContractAddresses contractAddresses(ChainProperties properties) {
    return ContractAddresses.read(properties.requiredAddressesFile());
  }

  @Bean
  ChainSettings chainSettings(ChainProperties properties) {
    return properties.settings();
  }

  @Bean
  ChainClient chainClient(ChainProperties properties, ContractAddresses addresses) {
    long deadline = System.nanoTime() + properties.startPatience().toNanos();
    while (true) {
      try {
        return ChainClient.connect(properties.settings(), addresses);
      } catch (CodedException e) {
        if (e.code() != ChainError.UNREACHABLE || System.nanoTime() > deadline) {
          throw e;
        }
        LOG.info("Waiting for the chain at {}", properties.rpcUrl());
        pause(e);
      }
    }
  }

  /** Posts instances and signs their manifests. */
  @Bean
  SigningKey account(AccountProperties properties) {
    return properties.load();
  }

  @Bean
  TransactionSender transactionSender(
      DataSource database, ChainClient client, SigningKey account, ChainProperties properties) {
    TransactionSender sender =
        new TransactionSender(
            database,
            client,
            new TransactionSigner(account, client.chainId()),
            properties.settings(),
            properties.limits(),
            null);
    sender.start();
    return sender;
  }

  @Bean
  Repeating publishing(Publisher publisher) {
    return new Repeating("publisher", BETWEEN_LOOKS, publisher::advance, publisher::failed);
  }

  @Bean
  HealthWarning balanceWarning(TransactionSender sender) {
    return sender::warning;
  }

  @Bean
  EventReader instanceEvents(
      DataSource database,
      ChainClient client,
      ContractAddresses addresses,
      ChainProperties properties,
      PublishedEvents events) {
    return EventReader.named("registry", database, client, properties.settings())
        .from(addresses.deployedAtBlock())
        .on(
            addresses.of(Contract.MODEL_REGISTRY),
            ModelRegistry.INSTANCEPUBLISHED_EVENT,
            ModelRegistry::getInstancePublishedEventFromLog,
            events::published)
        .onRollback(events::forgetFrom)
        .start();
  }

  @Bean
  Readiness chainReadiness(ChainClient client) {
    return Readiness.of("chain", client::head);
  }

  private static void pause(CodedException unreachable) {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unreachable;
    }
  }
}
