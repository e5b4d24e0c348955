package org.oml.permission.permit;

import java.time.Duration;
import java.time.InstantSource;
import org.oml.permission.PermissionError;
import org.oml.permission.host.ChainView;
import org.oml.permission.host.Standing;
import org.oml.protocol.Address;
import org.oml.protocol.CodedException;

/** When a permit may be issued: one predicate for each sentence of the specification. */
final class IssuingRules {

  private final Address signer;
  private final Duration chainPatience;
  private final InstantSource clock;

  /**
   * @param signer the account that signs permits
   * @param chainPatience how old the last look at the chain may be
   */
  IssuingRules(Address signer, Duration chainPatience, InstantSource clock) {
    this.signer = signer;
    this.chainPatience = chainPatience;
    this.clock = clock;
  }

  /**
   * Whether this service may issue at all: it sees the chain, and the chain authorises its signer.
   */
  void requireMayIssue(ChainView chain) {
    require(
        chainIsInSight(chain),
        PermissionError.CHAIN_AWAY,
        "The chain was not heard of for more than " + chainPatience.toSeconds() + " seconds.");
    require(
        signerIsAuthorised(chain),
        PermissionError.SIGNER_NOT_AUTHORISED,
        "The PermitLedger does not authorise the signer " + signer + " now.");
  }

  /** Whether this host may have a permit: it was not slashed, and enough stake answers for it. */
  void requireMayHave(Standing standing) {
    require(
        hostIsNotSuspended(standing),
        PermissionError.HOST_SUSPENDED,
        "The host " + standing.instance().host() + " was slashed.");
    require(
        hostIsStaked(standing),
        PermissionError.STAKE_TOO_SMALL,
        "The host's active stake is %s and the terms ask for %s."
            .formatted(standing.stake().active(), standing.terms().minimumStake()));
  }

  private boolean chainIsInSight(ChainView chain) {
    return chain.asOf().isAfter(clock.instant().minus(chainPatience));
  }

  private boolean signerIsAuthorised(ChainView chain) {
    return chain.register().isSigner(signer, clock.instant().getEpochSecond());
  }

  private static boolean hostIsNotSuspended(Standing standing) {
    return !standing.stake().isSuspended();
  }

  private static boolean hostIsStaked(Standing standing) {
    return standing.stake().active().compareTo(standing.terms().minimumStake()) >= 0;
  }

  private static void require(boolean holds, PermissionError error, String otherwise) {
    if (!holds) {
      throw new CodedException(error, otherwise);
    }
  }
}
