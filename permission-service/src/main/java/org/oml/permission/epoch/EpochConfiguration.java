package org.oml.permission.epoch;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import javax.sql.DataSource;
import org.oml.chain.ChainClient;
import org.oml.chain.ChainSettings;
import org.oml.chain.ContractAddresses;
import org.oml.chain.send.TransactionSender;
import org.oml.permission.host.ChainWatch;
import org.oml.servicekit.repeat.Repeating;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts together what closes and settles epochs. */
@Configuration(proxyBeanMethods = false)
class EpochConfiguration {

  /** An empty epoch is posted twice before the operator counts as silent. */
  private static final int HEARTBEATS = 2;

  @Bean
  EpochWorker epochWorker(
      DataSource database,
      ChainClient client,
      ContractAddresses addresses,
      ChainSettings chainSettings,
      ChainWatch chain,
      ObjectProvider<TransactionSender> sender,
      EpochSettings settings) {
    Clock clock = Clock.systemUTC();
    EpochStore epochs = new EpochStore(database);
    SettledLedger settled = new SettledLedger(client, addresses, chainSettings.finalityDepth());
    RefusedCharges refused = new RefusedCharges(database, epochs, settled);
    Duration heartbeat = settled.operatorSilence().dividedBy(HEARTBEATS);
    EpochSettler settler =
        Optional.ofNullable(sender.getIfAvailable())
            .map(
                sends -> {
                  EpochChain ledger = new EpochChain(client, sends, addresses);
                  return new EpochSettler(
                      epochs,
                      ledger,
                      new AcknowledgementCarrier(
                          database, ledger, chain, addresses.signingDomain(), clock),
                      settings.batch());
                })
            .orElse(null);
    return new EpochWorker(
        new Turns(database),
        new EpochCloser(database, epochs, refused, settings, heartbeat, clock),
        refused,
        epochs,
        settler);
  }

  @Bean
  Repeating epochs(EpochWorker worker, EpochSettings settings) {
    return new Repeating("epochs", settings.poll(), worker::advance, worker::failed);
  }
}
