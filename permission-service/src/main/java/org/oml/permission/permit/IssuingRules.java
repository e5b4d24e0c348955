package org.oml.permission.permit;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import org.oml.permission.PermissionError;
import org.oml.permission.host.ChainView;
import org.oml.permission.host.Standing;
import org.oml.permission.signer.PermitSigner;
import org.oml.permission.signer.SignerRing;
import org.oml.protocol.CodedException;

/** When a permit may be issued: one predicate for each sentence of the specification. */
final class IssuingRules {

  private final SignerRing signers;
  private final Duration chainPatience;
  private final InstantSource clock;

  /**
   * @param signers the keys that sign permits
   * @param chainPatience how old the last look at the chain may be
   */
  IssuingRules(SignerRing signers, Duration chainPatience, InstantSource clock) {
    this.signers = signers;
    this.chainPatience = chainPatience;
    this.clock = clock;
  }

  /**
   * Whether this service may issue at all: it sees the chain, and the chain authorises a key of it.
   *
   * @return that key
   */
  PermitSigner requireMayIssue(ChainView chain) {
    require(
        chainIsInSight(chain),
        PermissionError.CHAIN_AWAY,
        () ->
            "The chain was not heard of for more than " + chainPatience.toSeconds() + " seconds.");
    return authorisedSigner(chain)
        .orElseThrow(
            () ->
                new CodedException(
                    PermissionError.SIGNER_NOT_AUTHORISED,
                    "The PermitLedger does not authorise the signer " + signers + " now."));
  }

  /**
   * Whether this host may have a permit: it was not slashed, enough stake answers for it, and it
   * owes nothing for earlier ones.
   */
  void requireMayHave(Standing standing) {
    require(
        hostIsNotSuspended(standing),
        PermissionError.HOST_SUSPENDED,
        () -> "The host " + standing.instance().host() + " was slashed.");
    require(
        hostIsStaked(standing),
        PermissionError.STAKE_TOO_SMALL,
        () ->
            "The host's active stake is %s and the terms ask for %s."
                .formatted(standing.stake().active(), standing.terms().minimumStake()));
    require(
        hostOwesNothing(standing),
        PermissionError.HOST_IN_DEBT,
        () ->
            "The host %s owes %s for permits of settled epochs."
                .formatted(standing.instance().host(), standing.prepaid().debt()));
  }

  private boolean chainIsInSight(ChainView chain) {
    return chain.asOf().isAfter(clock.instant().minus(chainPatience));
  }

  private Optional<PermitSigner> authorisedSigner(ChainView chain) {
    return signers.at(chain.register(), clock.instant().getEpochSecond());
  }

  private static boolean hostIsNotSuspended(Standing standing) {
    return !standing.stake().isSuspended();
  }

  private static boolean hostIsStaked(Standing standing) {
    return standing.stake().active().compareTo(standing.terms().minimumStake()) >= 0;
  }

  private static boolean hostOwesNothing(Standing standing) {
    return standing.prepaid().debt().signum() == 0;
  }

  private static void require(boolean holds, PermissionError error, Supplier<String> otherwise) {
    if (!holds) {
      throw new CodedException(error, otherwise.get());
    }
  }
}
