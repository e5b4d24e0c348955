package org.oml.servicekit.observability;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;

/** Health and request ids. */
@AutoConfiguration
public class ObservabilityAutoConfiguration {

  @Bean
  HealthEndpoint healthEndpoint(
      ObjectProvider<Readiness> needs, ObjectProvider<HealthWarning> warnings) {
    return new HealthEndpoint(needs.orderedStream().toList(), warnings.orderedStream().toList());
  }

  @Bean
  FilterRegistrationBean<RequestIdFilter> requestIdFilter() {
    var registration = new FilterRegistrationBean<>(new RequestIdFilter());
    registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
    return registration;
  }
}
