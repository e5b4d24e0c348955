package org.oml.prover.evidence;

import io.micrometer.core.instrument.binder.MeterBinder;
import javax.sql.DataSource;
import org.oml.protocol.SigningKey;
import org.oml.prover.instance.ChainRecords;
import org.oml.servicekit.observability.RowsByState;
import org.oml.servicekit.peer.Peer;
import org.oml.servicekit.repeat.Repeating;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts the parts of a case's way to court together. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(EvidenceSettings.class)
class EvidenceConfiguration {

  @Bean
  Peer permissionService(EvidenceSettings settings, SigningKey proverAccount) {
    return new Peer(settings.permissionUrl(), proverAccount);
  }

  @Bean
  PermitLookup permitLookup(Peer permissionService) {
    return new PermissionServiceLookup(permissionService);
  }

  @Bean
  CaseWorker caseWorker(CaseStore cases, Court court, ChainRecords chain, PermitLookup permits) {
    return new CaseWorker(cases, new CaseSteps(cases, court, chain, permits));
  }

  @Bean
  MeterBinder casesByState(DataSource database) {
    return new RowsByState(database, "oml.cases", "penalty_case", CaseState.values());
  }

  @Bean
  Repeating openCases(CaseWorker worker, EvidenceSettings settings) {
    return new Repeating("cases", settings.poll(), worker::advance, worker::failed);
  }
}
