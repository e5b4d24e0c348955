package org.oml.gateway.permit;

import java.time.InstantSource;
import java.util.Set;
import org.oml.gateway.GatewayError;
import org.oml.gateway.host.HostIdentity;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.Permit;
import org.oml.protocol.SignedPermit;

/** Looks whether a permit would acquit the host in a case, before an answer goes out under it. */
public final class PermitCheck {

  private static final long CLOCK_SKEW_SECONDS = 60;
  private static final long LONGEST_LIFE_SECONDS = 600;

  private final HostIdentity host;
  private final Set<Address> signers;
  private final InstantSource clock;

  /**
   * @param signers whose permits count; none named means that the permission service is trusted to
   *     sign with the right key
   */
  public PermitCheck(HostIdentity host, Set<Address> signers, InstantSource clock) {
    this.host = host;
    this.signers = Set.copyOf(signers);
    this.clock = clock;
  }

  /**
   * @throws CodedException {@link GatewayError#PERMIT_INVALID}
   */
  public void require(SignedPermit signed, Bytes32 queryHash) {
    Permit permit = signed.permit();
    require(isForThisHost(permit), "The permit is for another model, instance or host.");
    require(permit.queryHash().equals(queryHash), "The permit is for another query.");
    require(
        isNotFromTheFuture(permit),
        "The permit was issued more than a minute ahead of this clock.");
    require(isAlive(permit), "The permit has expired.");
    require(livesNoLongerThanAllowed(permit), "The permit lives longer than ten minutes.");
    require(
        isSignedByOneNamed(signed),
        "The permit is signed by a key that oml.gateway.permit-signers does not name.");
  }

  private boolean isForThisHost(Permit permit) {
    return permit.modelId().equals(host.modelId())
        && permit.instanceId().equals(host.instanceId())
        && permit.host().equals(host.wallet());
  }

  private boolean isNotFromTheFuture(Permit permit) {
    return permit.issuedAt() <= now() + CLOCK_SKEW_SECONDS;
  }

  private boolean isAlive(Permit permit) {
    return permit.expiresAt() >= now();
  }

  private static boolean livesNoLongerThanAllowed(Permit permit) {
    return permit.issuedAt() <= permit.expiresAt()
        && permit.expiresAt() - permit.issuedAt() <= LONGEST_LIFE_SECONDS;
  }

  private boolean isSignedByOneNamed(SignedPermit signed) {
    return signers.isEmpty() || signers.contains(signed.signer(host.domain()));
  }

  private long now() {
    return clock.instant().getEpochSecond();
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new CodedException(GatewayError.PERMIT_INVALID, otherwise);
    }
  }
}
