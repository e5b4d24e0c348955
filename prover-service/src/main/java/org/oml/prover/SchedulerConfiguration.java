package org.oml.prover;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.task.Task;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.oml.prover.audit.AuditSettings;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;

/** The scheduler that the processes of a cluster share through the database. */
@Configuration(proxyBeanMethods = false)
class SchedulerConfiguration {

  private static final Duration POLL = Duration.ofMillis(500);
  private static final int MISSED_HEARTBEATS = 6;
  private static final Duration LAST_ROUND = Duration.ofSeconds(1);

  /** In the transaction of whoever schedules, so that an audit and its task are there or not. */
  @Bean
  SchedulerClient schedulerClient(DataSource database) {
    return SchedulerClient.Builder.create(new TransactionAwareDataSourceProxy(database))
        .enablePriority()
        .build();
  }

  @Bean
  SmartLifecycle scheduler(DataSource database, List<Task<?>> tasks, AuditSettings settings) {
    return new Running(
        Scheduler.create(database, tasks)
            .threads(settings.concurrency())
            .executorService(Executors.newVirtualThreadPerTaskExecutor())
            .pollingInterval(POLL)
            .pollUsingLockAndFetch(0.5, 1)
            .heartbeatInterval(settings.heartbeat())
            .missedHeartbeatsLimit(MISSED_HEARTBEATS)
            .shutdownMaxWait(LAST_ROUND)
            .schedulerName(new SchedulerName.Fixed("prover " + UUID.randomUUID()))
            .enablePriority()
            .build());
  }

  /** Audits that a stop interrupts are at once anybody's again. */
  private static final class Running implements SmartLifecycle {

    private final Scheduler scheduler;
    private volatile boolean running;

    Running(Scheduler scheduler) {
      this.scheduler = scheduler;
    }

    @Override
    public void start() {
      scheduler.start();
      running = true;
    }

    @Override
    public void stop() {
      scheduler.stop();
      running = false;
    }

    @Override
    public boolean isRunning() {
      return running;
    }
  }
}
