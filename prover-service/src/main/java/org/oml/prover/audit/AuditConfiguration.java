package org.oml.prover.audit;

import java.time.Clock;
import org.oml.prover.evidence.Cases;
import org.oml.prover.instance.ChainRecords;
import org.oml.prover.target.OpenAiClient;
import org.oml.prover.vault.Vault;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Puts the parts of auditing together. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(AuditSettings.class)
class AuditConfiguration {

  @Bean
  OpenAiClient openAiClient(AuditSettings settings) {
    return new OpenAiClient(settings.timeout(), settings.userAgent(), Clock.systemUTC());
  }

  @Bean
  AuditWorker auditWorker(
      AuditStore audits,
      Vault vault,
      OpenAiClient client,
      ChainRecords chain,
      Cases cases,
      AuditSettings settings) {
    AuditRunner runner = new AuditRunner(audits, vault, client, chain, cases, settings);
    return new AuditWorker(audits, runner, settings.concurrency());
  }

  @Bean
  AuditOffice auditOffice(
      AuditStore audits,
      Vault vault,
      ChainRecords chain,
      AuditWorker worker,
      AuditSettings settings,
      PlatformTransactionManager transactions) {
    return new AuditOffice(
        audits,
        vault,
        chain,
        new AuditPlanner(settings),
        worker,
        new TransactionTemplate(transactions));
  }
}
