package org.oml.permission.permit;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import org.oml.permission.PermissionError;
import org.oml.permission.host.ChainView;
import org.oml.permission.host.Standing;
import org.oml.permission.ledger.Ledger;
import org.oml.permission.ledger.PermitRequest;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.Permit;
import org.oml.protocol.SignedPermit;
import org.oml.protocol.SigningDomain;
import org.oml.protocol.SigningKey;

/**
 * Issues σ(q). It is signed before it is recorded, so that the ledger holds the very bytes that are
 * answered, and answered only from the ledger, once it is on the disk.
 */
public final class PermitIssuer {

  private final Supplier<ChainView> chain;
  private final IssuingRules rules;
  private final Ledger ledger;
  private final SigningDomain domain;
  private final SigningKey signer;
  private final Duration life;
  private final InstantSource clock;

  /**
   * @param signer signs permits
   * @param life of a permit
   * @param chainPatience how old the last look at the chain may be
   */
  public PermitIssuer(
      Supplier<ChainView> chain,
      Ledger ledger,
      SigningDomain domain,
      SigningKey signer,
      Duration life,
      Duration chainPatience,
      InstantSource clock) {
    this.chain = chain;
    this.rules = new IssuingRules(signer.address(), chainPatience, clock);
    this.ledger = ledger;
    this.domain = domain;
    this.signer = signer;
    this.life = life;
    this.clock = clock;
  }

  /**
   * The permit for a query of an account's host: the same one for as long as it lives, whenever it
   * is asked for.
   *
   * @param account a gateway key or a host's wallet
   * @param instanceId which of the account's instances answers; may be empty where there is one
   * @throws CodedException when there is none to be had, with what to do
   */
  public SignedPermit issue(Address account, Bytes32 queryHash, Optional<Bytes32> instanceId) {
    ChainView view = chain.get();
    rules.requireMayIssue(view);
    Standing standing = view.register().standingOf(account, instanceId, now());
    rules.requireMayHave(standing);

    SignedPermit drawn = SignedPermit.sign(permit(standing, queryHash), domain, signer);
    SignedPermit recorded = ledger.record(new PermitRequest(drawn, standing.prepaid()));

    requireSameInstance(recorded.permit(), standing);
    requireAlive(recorded.permit());
    return recorded;
  }

  private Permit permit(Standing standing, Bytes32 queryHash) {
    long issuedAt = now();
    return new Permit(
        standing.instance().modelId(),
        standing.instance().instanceId(),
        standing.instance().host(),
        standing.instance().termsVersion(),
        queryHash,
        ledger.drawSerial(),
        issuedAt,
        issuedAt + life.toSeconds(),
        standing.terms().pricePerQuery());
  }

  private static void requireSameInstance(Permit recorded, Standing standing) {
    if (!recorded.instanceId().equals(standing.instance().instanceId())) {
      throw new CodedException(
          PermissionError.QUERY_HASH_USED,
          "This query hash has a permit for " + recorded.instanceId() + ".");
    }
  }

  private void requireAlive(Permit recorded) {
    if (now() >= recorded.expiresAt()) {
      throw new CodedException(
          PermissionError.PERMIT_EXPIRED,
          "The permit for this query hash expired at " + recorded.expiresAt() + ".");
    }
  }

  private long now() {
    return clock.instant().getEpochSecond();
  }
}
