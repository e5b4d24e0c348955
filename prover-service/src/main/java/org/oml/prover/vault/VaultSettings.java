package org.oml.prover.vault;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.CodedException;
import org.oml.servicekit.problem.ServiceError;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the vault is sealed, and when it says that keys run out.
 *
 * @param keyFile file with the key that wraps the data keys, 32 bytes in hex; without it the
 *     service does not start
 * @param rateWindow over which spending is measured, a day at the least
 * @param warnBefore warns of an instance whose keys last no longer than this at the present rate
 * @param warnBelow warns of an instance with fewer keys left, at whatever rate; at least 0
 * @param askEvery how often the hosts of such instances are asked for new ones
 */
@ConfigurationProperties("oml.prover.vault")
record VaultSettings(
    @Nullable Path keyFile,
    @DefaultValue("7d") Duration rateWindow,
    @DefaultValue("14d") Duration warnBefore,
    @DefaultValue("12") int warnBelow,
    @DefaultValue("5m") Duration askEvery) {

  private static final Duration DAY = Duration.ofDays(1);

  /** Refuses settings that measure nothing. */
  VaultSettings {
    require(rateWindow.compareTo(DAY) >= 0, "rate-window", "must be a day or more");
    require(!warnBefore.isNegative(), "warn-before", "must not be negative");
    require(warnBelow >= 0, "warn-below", "must be 0 or more");
    require(askEvery.isPositive(), "ask-every", "must be longer than nothing");
  }

  private static void require(boolean holds, String name, String otherwise) {
    if (!holds) {
      throw new CodedException(
          ServiceError.SETTING_INVALID, "oml.prover.vault." + name + " " + otherwise + ".");
    }
  }
}
