package org.oml.gateway.metrics;

import org.oml.gateway.GatewayError;
import org.oml.protocol.CodedException;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where Prometheus may ask. Not at the gateway's own port: that is the users', and how much a host
 * sells is its own affair.
 *
 * @param address to listen on
 * @param port to listen on; 0: nowhere
 */
@ConfigurationProperties("oml.gateway.metrics")
public record MetricsSettings(
    @DefaultValue("127.0.0.1") String address, @DefaultValue("0") int port) {

  private static final int HIGHEST_PORT = 65_535;

  public MetricsSettings {
    if (port < 0 || port > HIGHEST_PORT) {
      throw new CodedException(
          GatewayError.SETTINGS_INVALID,
          "oml.gateway.metrics.port must be between 0 and " + HIGHEST_PORT + ".");
    }
  }
}
