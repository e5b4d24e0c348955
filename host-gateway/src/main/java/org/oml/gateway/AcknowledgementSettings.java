package org.oml.gateway;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.oml.protocol.CodedException;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the host acknowledges what it has had.
 *
 * @param enabled false for a gateway whose usage another one acknowledges
 * @param interval between two acknowledgements; one that the permission service waits for is sent
 *     at once
 * @param others journal directories of the host's further gateways for the same model, or copies of
 *     their {@code usage.json}, whose usage this gateway acknowledges along with its own
 */
@ConfigurationProperties("oml.gateway.acknowledgements")
public record AcknowledgementSettings(
    @DefaultValue("true") boolean enabled,
    @DefaultValue("10s") Duration interval,
    @DefaultValue List<Path> others) {

  public AcknowledgementSettings {
    others = List.copyOf(others);
    if (!interval.isPositive()) {
      throw new CodedException(
          GatewayError.SETTINGS_INVALID,
          "oml.gateway.acknowledgements.interval must be longer than nothing.");
    }
  }
}
