package org.oml.gateway;

import java.time.Duration;
import org.oml.protocol.CodedException;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What answers while the permission service is away.
 *
 * @param blanks how many blank permits are kept for it; 0: nothing is answered
 * @param renewBefore the end of a blank permit a new one is bought
 * @param after how long a query waits for a permit of its own before it takes a blank one
 */
@ConfigurationProperties("oml.gateway.grace")
public record GraceSettings(
    @DefaultValue("0") int blanks,
    @DefaultValue("2m") Duration renewBefore,
    @DefaultValue("1s") Duration after) {

  private static final int MOST = 100_000;

  public GraceSettings {
    require(blanks >= 0 && blanks <= MOST, "blanks must be between 0 and " + MOST);
    require(!renewBefore.isNegative(), "renew-before must not be negative");
    require(after.isPositive(), "after must be longer than nothing");
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new CodedException(
          GatewayError.SETTINGS_INVALID, "oml.gateway.grace." + otherwise + ".");
    }
  }
}
