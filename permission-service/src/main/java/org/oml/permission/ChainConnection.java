package org.oml.permission;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.oml.chain.ChainSettings;
import org.oml.protocol.CodedException;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The chain that the service reads.
 *
 * @param rpcUrl JSON-RPC over HTTP
 * @param addressesFile the contracts
 * @param pollInterval time between two looks
 * @param finalityDepth blocks on top of a block before it counts
 * @param requestTimeout of one call
 */
@ConfigurationProperties("oml.chain")
record ChainConnection(
    @Nullable URI rpcUrl,
    @Nullable Path addressesFile,
    @DefaultValue("250ms") Duration pollInterval,
    @DefaultValue("0") int finalityDepth,
    @DefaultValue("10s") Duration requestTimeout) {

  /** This service sends no transaction, so nothing ever waits for a higher fee. */
  private static final Duration NEVER_SENDS = Duration.ofDays(1);

  /**
   * @throws CodedException {@link PermissionError#SETTING_INVALID}
   */
  ChainSettings settings() {
    if (rpcUrl == null || addressesFile == null) {
      throw new CodedException(
          PermissionError.SETTING_INVALID,
          "oml.chain." + (rpcUrl == null ? "rpc-url" : "addresses-file") + " is not set.");
    }
    try {
      return new ChainSettings(rpcUrl, addressesFile, pollInterval, finalityDepth, requestTimeout, NEVER_SENDS);
    } catch (IllegalArgumentException e) {
      throw new CodedException(PermissionError.SETTING_INVALID, String.valueOf(e.getMessage()), e);
    }
  }
}
