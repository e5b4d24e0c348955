package org.oml.gateway.defence;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.oml.gateway.GatewayError;
import org.oml.protocol.CodedException;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How a gateway defends its host.
 *
 * @param rpcUrl the chain's node; none: nobody watches for cases
 * @param keystore of the account that sends rebuttals and pays their gas; none: the gateway key
 * @param passwordFile its password
 * @param pollInterval between two looks at the chain
 * @param requestTimeout for one call of the node
 * @param finalityDepth blocks on top of a rebuttal after which it is taken for final
 * @param bumpAfter how long a rebuttal may wait before its fee is raised
 * @param highestFee for a unit of gas, in gwei
 * @param keep how long journals are kept at least; the chain's own times may ask for longer
 */
@ConfigurationProperties("oml.gateway.defence")
public record DefenceSettings(
    @Nullable URI rpcUrl,
    @Nullable Path keystore,
    @Nullable Path passwordFile,
    @DefaultValue("5s") Duration pollInterval,
    @DefaultValue("10s") Duration requestTimeout,
    @DefaultValue("12") int finalityDepth,
    @DefaultValue("60s") Duration bumpAfter,
    @DefaultValue("500") BigDecimal highestFee,
    @DefaultValue("90d") Duration keep) {

  private static final BigDecimal GWEI = BigDecimal.TEN.pow(9);

  public DefenceSettings {
    require(
        rpcUrl == null || ("http".equals(rpcUrl.getScheme()) || "https".equals(rpcUrl.getScheme())),
        "rpc-url must be a URL with http or https");
    require(
        (keystore == null) == (passwordFile == null),
        "keystore and password-file must be set together");
    require(pollInterval.isPositive(), "poll-interval must be longer than nothing");
    require(requestTimeout.isPositive(), "request-timeout must be longer than nothing");
    require(finalityDepth >= 0, "finality-depth must not be negative");
    require(bumpAfter.isPositive(), "bump-after must be longer than nothing");
    require(highestFee.signum() > 0, "highest-fee must be more than nothing");
    require(!keep.isNegative(), "keep must not be negative");
  }

  /** The highest fee in wei. */
  BigInteger highestFeeInWei() {
    return highestFee.multiply(GWEI).toBigInteger();
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new CodedException(
          GatewayError.SETTINGS_INVALID, "oml.gateway.defence." + otherwise + ".");
    }
  }
}
