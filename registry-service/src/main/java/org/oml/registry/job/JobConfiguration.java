package org.oml.registry.job;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import javax.sql.DataSource;
import org.oml.servicekit.observability.RowsByState;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What is measured of jobs. */
@Configuration(proxyBeanMethods = false)
class JobConfiguration {

  @Bean
  MeterBinder jobsByState(DataSource database) {
    return new RowsByState(
        database, "oml.jobs", "job", List.of("QUEUED", "LEASED", "DONE", "FAILED"));
  }

  /** How far the instance is that has come least far, between 0 and 1; 1 where none is made. */
  @Bean
  MeterBinder jobProgress(DataSource database) {
    JdbcClient client = JdbcClient.create(database);
    return registry ->
        Gauge.builder(
                "oml.jobs.progress",
                () ->
                    client
                        .sql(
                            "select coalesce(min(coalesce(share, 0)), 1) from instance where state ="
                                + " 'TRAINING'")
                        .query(Double.class)
                        .single())
            .register(registry);
  }
}
