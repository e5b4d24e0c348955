package org.oml.gateway.span;

import org.oml.gateway.GatewayError;
import org.oml.protocol.CodedException;
import org.oml.protocol.span.TraceExport;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Traces, where a collector is named. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("oml.gateway.traces.endpoint")
@EnableConfigurationProperties(TracesSettings.class)
public class TracesConfiguration {

  @Bean
  TraceExport traceExport(TracesSettings settings) {
    try {
      return TraceExport.start("host-gateway", settings.endpoint(), settings.share());
    } catch (IllegalArgumentException e) {
      throw new CodedException(
          GatewayError.SETTINGS_INVALID, "oml.gateway.traces: " + e.getMessage() + ".", e);
    }
  }
}
