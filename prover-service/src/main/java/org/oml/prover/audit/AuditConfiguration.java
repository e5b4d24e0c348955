package org.oml.prover.audit;

import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.task.Task;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Clock;
import java.util.List;
import javax.sql.DataSource;
import org.oml.prover.evidence.Cases;
import org.oml.prover.evidence.NamedPermits;
import org.oml.prover.instance.ChainRecords;
import org.oml.prover.target.Asker;
import org.oml.prover.target.HttpAsker;
import org.oml.prover.vault.Vault;
import org.oml.servicekit.observability.RowsByState;
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
  Asker asker(AuditSettings settings) {
    return new HttpAsker(settings.timeout(), Clock.systemUTC());
  }

  @Bean
  MeterBinder auditsByState(DataSource database) {
    return new RowsByState(database, "oml.audits", "audit", List.of("ASKING", "JUDGING", "DONE"));
  }

  @Bean
  Task<Void> auditTask(
      AuditStore audits,
      Vault vault,
      Asker asker,
      ChainRecords chain,
      Cases cases,
      NamedPermits namedPermits,
      TraceJudge traces,
      AuditSettings settings,
      SchedulerClient scheduler) {
    // Those that an older version planned have no task yet.
    audits.unfinished().forEach(auditId -> AuditTask.begin(scheduler, auditId));
    return AuditTask.carriedOutBy(
        new AuditRunner(audits, vault, asker, chain, cases, namedPermits, traces, settings));
  }

  @Bean
  AuditOffice auditOffice(
      AuditStore audits,
      Vault vault,
      ChainRecords chain,
      SchedulerClient scheduler,
      AuditSettings settings,
      PlatformTransactionManager transactions) {
    return new AuditOffice(
        audits,
        vault,
        chain,
        new AuditPlanner(settings),
        scheduler,
        settings,
        new TransactionTemplate(transactions));
  }
}
