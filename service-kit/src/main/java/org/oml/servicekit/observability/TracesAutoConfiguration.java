package org.oml.servicekit.observability;

import org.oml.protocol.CodedException;
import org.oml.protocol.span.TraceExport;
import org.oml.servicekit.problem.ServiceError;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.transaction.TransactionExecutionListener;

/** Traces. Where no collector is named there is no filter, no listener and no exporter. */
@AutoConfiguration(
    beforeName =
        "org.springframework.boot.transaction.autoconfigure.TransactionManagerCustomizationAutoConfiguration")
@ConditionalOnProperty("oml.traces.endpoint")
@EnableConfigurationProperties(TracesProperties.class)
public class TracesAutoConfiguration {

  @Bean
  TraceExport traceExport(
      TracesProperties properties, @Value("${spring.application.name:service}") String name) {
    try {
      return TraceExport.start(name, properties.endpoint(), properties.share());
    } catch (IllegalArgumentException e) {
      throw new CodedException(
          ServiceError.SETTING_INVALID, "oml.traces: " + e.getMessage() + ".", e);
    }
  }

  @Bean
  FilterRegistrationBean<TraceFilter> traceFilter() {
    var registration = new FilterRegistrationBean<>(new TraceFilter());
    registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 1);
    return registration;
  }

  @Bean
  TransactionExecutionListener tracedTransactions() {
    return new TracedTransactions();
  }
}
