package org.oml.permission;

import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.oml.chain.ChainSettings;
import org.oml.chain.send.SenderLimits;
import org.oml.protocol.CodedException;
import org.oml.servicekit.problem.ServiceError;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The chain that the service reads, and on which it settles epochs if it has an operator's account.
 *
 * @param rpcUrl JSON-RPC over HTTP
 * @param addressesFile what the deployment wrote
 * @param pollInterval time between two looks at the chain
 * @param finalityDepth blocks on top of a block after which it is taken for final
 * @param requestTimeout for one call
 * @param startPatience how long a start waits for the node
 * @param bumpAfter how long a transaction may wait before its fee is raised
 * @param refusals how often a node may refuse a transaction before it is given up
 * @param balanceAlarm wei below which the operator's balance is a warning; 0 for none
 */
@ConfigurationProperties("oml.chain")
record ChainConnection(
    @DefaultValue("http://127.0.0.1:7545") URI rpcUrl,
    @Nullable Path addressesFile,
    @DefaultValue("500ms") Duration pollInterval,
    @DefaultValue("1") int finalityDepth,
    @DefaultValue("10s") Duration requestTimeout,
    @DefaultValue("60s") Duration startPatience,
    @DefaultValue("30s") Duration bumpAfter,
    @DefaultValue("20") int refusals,
    @DefaultValue("10000000000000000") BigInteger balanceAlarm) {

  /**
   * @throws CodedException {@link ServiceError#SETTING_MISSING} or {@link
   *     ServiceError#SETTING_INVALID}
   */
  ChainSettings settings() {
    if (addressesFile == null) {
      throw new CodedException(
          ServiceError.SETTING_MISSING,
          "oml.chain.addresses-file is not set: it names the file that the deployment wrote.");
    }
    try {
      return new ChainSettings(
          rpcUrl, addressesFile, pollInterval, finalityDepth, requestTimeout, bumpAfter);
    } catch (IllegalArgumentException e) {
      throw new CodedException(ServiceError.SETTING_INVALID, String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * @throws CodedException {@link ServiceError#SETTING_INVALID}
   */
  SenderLimits limits() {
    try {
      return new SenderLimits(refusals, balanceAlarm);
    } catch (IllegalArgumentException e) {
      throw new CodedException(ServiceError.SETTING_INVALID, String.valueOf(e.getMessage()), e);
    }
  }
}
