package org.oml.chain;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How a service reaches the chain. A service binds it as {@code oml.chain.*}.
 *
 * @param rpcUrl JSON-RPC over HTTP
 * @param addressesFile what the deployment wrote
 * @param pollInterval time between two looks at the chain
 * @param finalityDepth blocks on top of a block after which it is taken for final, 0 or more
 * @param requestTimeout for one call
 * @param bumpAfter how long a transaction may wait before its fee is raised
 */
public record ChainSettings(
    URI rpcUrl,
    Path addressesFile,
    Duration pollInterval,
    int finalityDepth,
    Duration requestTimeout,
    Duration bumpAfter) {

  /**
   * @throws IllegalArgumentException for a setting out of range
   */
  public ChainSettings {
    require(finalityDepth >= 0, "oml.chain.finality-depth is 0 or more");
    require(pollInterval.isPositive(), "oml.chain.poll-interval is longer than nothing");
    require(requestTimeout.isPositive(), "oml.chain.request-timeout is longer than nothing");
    require(bumpAfter.isPositive(), "oml.chain.bump-after is longer than nothing");
  }

  /** For a development chain: looks often, one block is final. */
  public static ChainSettings development(URI rpcUrl, Path addressesFile) {
    return new ChainSettings(
        rpcUrl,
        addressesFile,
        Duration.ofMillis(250),
        1,
        Duration.ofSeconds(10),
        Duration.ofSeconds(30));
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule + ".");
    }
  }
}
