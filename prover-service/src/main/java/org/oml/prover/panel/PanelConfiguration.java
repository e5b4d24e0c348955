package org.oml.prover.panel;

import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.oml.chain.ChainSettings;
import org.oml.protocol.SigningKey;
import org.oml.prover.audit.AuditSettings;
import org.oml.prover.instance.ChainRecords;
import org.oml.prover.target.Asker;
import org.oml.prover.vault.Vault;
import org.oml.servicekit.peer.Peer;
import org.oml.servicekit.repeat.Repeating;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts the parts of both sides of a panel together. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(PanelSettings.class)
class PanelConfiguration {

  private static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(250);

  @Bean
  PlanDesk planDesk(PlanStore plans, Vault vault, PanelChain chain, ChainSettings settings) {
    return new PlanDesk(plans, vault, chain, settings.finalityDepth());
  }

  @Bean
  Repeating openPlans(
      MissingReceipts missing,
      PlanStore plans,
      SentSteps sent,
      PlanMaker maker,
      Vault vault,
      PanelChain chain,
      PanelSettings settings) {
    PlanWorker worker =
        new PlanWorker(missing, plans, new PlanSteps(plans, sent, maker, vault, chain));
    return new Repeating("plans", settings.poll(), worker::advance, worker::failed);
  }

  @Bean
  SeatSteps seatSteps(
      SeatStore seats,
      SentSteps sent,
      PanelChain chain,
      SigningKey proverAccount,
      ChainRecords records,
      Asker asker,
      AuditSettings audits,
      PanelSettings settings) {
    return new SeatSteps(
        seats,
        sent,
        chain,
        new Witness(proverAccount, records, chain),
        asker,
        audits,
        settings,
        Clock.systemUTC());
  }

  @Bean
  SeatWorker seatWorker(
      SeatStore seats,
      SeatSteps steps,
      PanelChain chain,
      SigningKey proverAccount,
      PanelSettings settings) {
    Map<PanelSettings.Peer, PlanSource> sources = new HashMap<>();
    for (PanelSettings.Peer peer : settings.peers()) {
      sources.put(peer, new HttpPlanSource(new Peer(peer.url(), proverAccount)));
    }
    return new SeatWorker(seats, steps, chain, sources, settings.seat());
  }

  @Bean
  Repeating panelSeats(SeatWorker worker, PanelSettings settings) {
    return new Repeating("seats", settings.poll(), worker::advance, worker::failed);
  }

  @Bean
  Repeating panelQuestions(SeatWorker worker) {
    return new Repeating("questions", BETWEEN_QUESTIONS, worker::ask, worker::failed);
  }
}
