package org.oml.gateway.warning;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.oml.gateway.GatewayError;
import org.oml.protocol.CodedException;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Of what a host is warned, and where.
 *
 * @param webhook that each warning is posted to; none: the log alone
 * @param repeatAfter how long the same warning is not repeated
 * @param interval between two looks at balance, stake and keys
 * @param balanceForQueries warns when the balance is enough for fewer
 * @param keyNotice how long before a key expires
 */
@ConfigurationProperties("oml.gateway.warnings")
public record WarningSettings(
    @Nullable URI webhook,
    @DefaultValue("24h") Duration repeatAfter,
    @DefaultValue("1m") Duration interval,
    @DefaultValue("10000") long balanceForQueries,
    @DefaultValue("7d") Duration keyNotice) {

  public WarningSettings {
    require(
        webhook == null
            || ("http".equals(webhook.getScheme()) || "https".equals(webhook.getScheme())),
        "webhook must be a URL with http or https");
    require(repeatAfter.isPositive(), "repeat-after must be longer than nothing");
    require(interval.isPositive(), "interval must be longer than nothing");
    require(balanceForQueries >= 0, "balance-for-queries must not be negative");
    require(!keyNotice.isNegative(), "key-notice must not be negative");
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new CodedException(
          GatewayError.SETTINGS_INVALID, "oml.gateway.warnings." + otherwise + ".");
    }
  }
}
