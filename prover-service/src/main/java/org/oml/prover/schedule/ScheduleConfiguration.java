package org.oml.prover.schedule;

import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.task.Task;
import java.security.SecureRandom;
import java.time.Clock;
import org.oml.prover.audit.AuditOffice;
import org.oml.prover.audit.AuditSettings;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Puts the parts of scheduling together. */
@Configuration(proxyBeanMethods = false)
class ScheduleConfiguration {

  @Bean
  ScheduleOffice scheduleOffice(
      ScheduleStore schedules,
      AuditOffice audits,
      AuditSettings settings,
      SchedulerClient scheduler,
      PlatformTransactionManager transactions) {
    return new ScheduleOffice(
        schedules,
        audits,
        settings,
        scheduler,
        new TransactionTemplate(transactions),
        Clock.systemUTC(),
        new SecureRandom());
  }

  @Bean
  Task<Void> scheduleTask(
      ScheduleStore schedules, AuditOffice audits, PlatformTransactionManager transactions) {
    ScheduleClerk clerk =
        new ScheduleClerk(
            schedules, audits, new TransactionTemplate(transactions), new SecureRandom());
    return ScheduleTask.carriedOutBy(clerk, Clock.systemUTC());
  }
}
