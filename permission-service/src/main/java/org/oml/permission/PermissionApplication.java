package org.oml.permission;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;
import org.oml.chain.ChainClient;
import org.oml.chain.ChainError;
import org.oml.chain.ChainSchema;
import org.oml.chain.ChainSettings;
import org.oml.chain.ContractAddresses;
import org.oml.chain.send.TransactionSender;
import org.oml.chain.send.TransactionSigner;
import org.oml.permission.epoch.EpochBook;
import org.oml.permission.epoch.EpochSettings;
import org.oml.permission.epoch.EpochState;
import org.oml.permission.host.ChainSubscription;
import org.oml.permission.host.ChainWatch;
import org.oml.permission.host.Successors;
import org.oml.permission.ledger.PostgresLedger;
import org.oml.permission.ledger.Suspensions;
import org.oml.permission.oversight.Oversight;
import org.oml.permission.permit.Acknowledgements;
import org.oml.permission.permit.PermitIssuer;
import org.oml.permission.permit.PermitLookup;
import org.oml.permission.signer.KeystoreSigner;
import org.oml.permission.signer.PermitSigner;
import org.oml.permission.signer.SignerRing;
import org.oml.protocol.CodedException;
import org.oml.protocol.Keystore;
import org.oml.protocol.SigningKey;
import org.oml.servicekit.database.SchemaPart;
import org.oml.servicekit.observability.HealthWarning;
import org.oml.servicekit.observability.Readiness;
import org.oml.servicekit.observability.RowsByState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** The permission service as a process. */
@SpringBootApplication(proxyBeanMethods = false)
@EnableConfigurationProperties({PermissionSettings.class, ChainConnection.class})
public class PermissionApplication {

  private static final Logger LOG = LoggerFactory.getLogger(PermissionApplication.class);
  private static final Duration PAUSE = Duration.ofMillis(500);

  public static void main(String[] arguments) {
    SpringApplication.run(PermissionApplication.class, arguments);
  }

  @Bean
  static SchemaPart chainTables() {
    return new SchemaPart("chain", ChainSchema.LOCATION);
  }

  @Bean
  ChainSettings chainSettings(ChainConnection connection) {
    return connection.settings();
  }

  @Bean
  ContractAddresses contractAddresses(ChainSettings settings) {
    return ContractAddresses.read(settings.addressesFile());
  }

  /** Waits for a node that starts later than this service. */
  @Bean
  ChainClient chainClient(
      ChainConnection connection, ChainSettings settings, ContractAddresses addresses)
      throws InterruptedException {
    Instant deadline = Instant.now().plus(connection.startPatience());
    while (true) {
      try {
        return ChainClient.connect(settings, addresses);
      } catch (CodedException e) {
        if (e.code() != ChainError.UNREACHABLE || Instant.now().isAfter(deadline)) {
          throw e;
        }
        LOG.info("Waiting for the chain at {}", connection.rpcUrl());
        Thread.sleep(PAUSE);
      }
    }
  }

  @Bean
  ChainWatch chainWatch(
      DataSource database,
      ChainClient client,
      ChainSettings settings,
      ContractAddresses addresses) {
    return ChainSubscription.watch(database, client, settings, addresses, Clock.systemUTC());
  }

  @Bean
  PostgresLedger ledger(DataSource database, PermissionSettings settings) {
    return new PostgresLedger(
        database,
        new PostgresLedger.Settings(
            settings.groupSize(), settings.writers(), settings.ledgerPart()),
        Clock.systemUTC());
  }

  @Bean
  Suspensions suspensions(DataSource database) {
    return new Suspensions(database, Clock.systemUTC());
  }

  @Bean
  Successors successors(DataSource database, ChainWatch chain, PermissionSettings settings) {
    return new Successors(database, chain, settings.proverAddresses(), Clock.systemUTC());
  }

  @Bean
  SignerRing signerRing(PermissionSettings settings) {
    List<PermitSigner> signers = new ArrayList<>();
    signers.add(open(settings.signer()));
    if (settings.nextSigner() != null) {
      signers.add(open(settings.nextSigner()));
    }
    return new SignerRing(signers);
  }

  private static PermitSigner open(PermissionSettings.Signer signer) {
    return KeystoreSigner.open(signer.keystore(), signer.passwordFile());
  }

  @Bean
  PermitIssuer permitIssuer(
      ChainWatch chain,
      PostgresLedger ledger,
      ContractAddresses addresses,
      SignerRing signers,
      PermissionSettings settings) {
    return new PermitIssuer(
        chain,
        ledger,
        addresses.signingDomain(),
        signers,
        new PermitIssuer.Policy(
            settings.permitLife(),
            settings.chainPatience(),
            settings.maxUnacknowledged(),
            settings.permitsPerSecond()),
        Clock.systemUTC());
  }

  @Bean
  EpochSettings epochSettings(PermissionSettings settings) {
    return settings.epochSettings();
  }

  @Bean
  EpochBook epochBook(
      DataSource database,
      ChainClient client,
      ContractAddresses addresses,
      ChainWatch chain,
      PermissionSettings settings) {
    return new EpochBook(
        database,
        client,
        addresses,
        chain,
        new EpochBook.Readers(
            settings.auditorAddresses(), settings.proverAddresses(), settings.dashboardAddresses()),
        Clock.systemUTC());
  }

  @Bean
  Oversight oversight(
      DataSource database, ChainClient client, ChainWatch chain, PermissionSettings settings) {
    return new Oversight(database, client, chain, settings.dashboardAddresses(), Clock.systemUTC());
  }

  /** Where no operator is set, another process settles. */
  @Bean(initMethod = "start")
  @ConditionalOnProperty("oml.permission.operator.keystore")
  TransactionSender transactionSender(
      DataSource database,
      ChainClient client,
      ChainConnection connection,
      ChainSettings chain,
      PermissionSettings settings) {
    PermissionSettings.Operator operator = Objects.requireNonNull(settings.operator());
    SigningKey key = Keystore.load(operator.keystore(), operator.passwordFile());
    return new TransactionSender(
        database,
        client,
        new TransactionSigner(key, client.chainId()),
        chain,
        connection.limits(),
        null);
  }

  @Bean
  @ConditionalOnProperty("oml.permission.operator.keystore")
  HealthWarning balanceWarning(TransactionSender sender) {
    return sender::warning;
  }

  @Bean
  Acknowledgements acknowledgements(
      ChainWatch chain, PostgresLedger ledger, ContractAddresses addresses) {
    return new Acknowledgements(chain, ledger, addresses.signingDomain(), Clock.systemUTC());
  }

  @Bean
  PermitLookup permitLookup(ChainWatch chain, PostgresLedger ledger, PermissionSettings settings) {
    return new PermitLookup(
        chain,
        ledger,
        settings.proverAddresses(),
        settings.dashboardAddresses(),
        settings.lookupsPerCommitment(),
        Clock.systemUTC());
  }

  /** How old the last look at the chain is: {@code oml.chain.age}. */
  @Bean
  MeterBinder chainAge(ChainWatch chain) {
    return registry ->
        Gauge.builder(
                "oml.chain.age",
                chain,
                watch ->
                    Duration.between(watch.get().asOf(), Clock.systemUTC().instant()).toMillis()
                        / 1e3)
            .baseUnit("seconds")
            .register(registry);
  }

  @Bean
  MeterBinder epochsByState(DataSource database) {
    return new RowsByState(database, "oml.epochs", "epoch", EpochState.values());
  }

  /**
   * The service can do its work while it sees the chain; a signer without authority is a refusal,
   * not a failure to start.
   */
  @Bean
  Readiness chainReadiness(ChainWatch chain, PermissionSettings settings) {
    return Readiness.of(
        "chain",
        () -> {
          if (chain
              .get()
              .asOf()
              .isBefore(Clock.systemUTC().instant().minus(settings.chainPatience()))) {
            throw new CodedException(PermissionError.CHAIN_AWAY, "The chain was not heard of.");
          }
        });
  }
}
