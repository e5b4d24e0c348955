package org.oml.host.permit;

import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import org.oml.host.HostError;
import org.oml.host.HostIdentity;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.IssuedPermit;
import org.oml.protocol.PermitCheck.Signers;
import org.oml.protocol.ProtocolError;

/** Looks whether a permit would acquit the host in a case, before an answer goes out under it. */
public final class PermitCheck {

  private final HostIdentity host;
  private final org.oml.protocol.PermitCheck check;
  private final BatchSigners batches;
  private final InstantSource clock;

  /**
   * @param signers whose permits count
   */
  public PermitCheck(HostIdentity host, Signers signers, InstantSource clock) {
    this.host = host;
    this.check = new org.oml.protocol.PermitCheck(host.domain(), host.wallet(), signers);
    this.batches = new BatchSigners(host.domain());
    this.clock = clock;
  }

  /**
   * A check by name.
   *
   * @param signers whose permits count; none named means that the permission service is trusted to
   *     sign with the right key
   */
  public static PermitCheck trusting(HostIdentity host, Set<Address> signers, InstantSource clock) {
    Set<Address> named = Set.copyOf(signers);
    return new PermitCheck(
        host, (signer, issuedAt) -> named.isEmpty() || named.contains(signer), clock);
  }

  /**
   * A blank permit (query hash 0) passes for every query: whoever hands one on sees to it that it
   * is used once.
   *
   * @throws CodedException {@link HostError#PERMIT_INVALID}
   */
  public void require(IssuedPermit issued, Bytes32 queryHash) {
    if (!isForThisInstance(issued)) {
      throw new CodedException(
          HostError.PERMIT_INVALID, "The permit is for another model or instance.");
    }
    boolean blank = issued.permit().queryHash().equals(Bytes32.ZERO);
    Optional<ProtocolError> fault =
        check.fault(
            issued,
            blank ? Bytes32.ZERO : queryHash,
            clock.instant().getEpochSecond(),
            batches::signerOf);
    if (fault.isPresent()) {
      throw new CodedException(
          HostError.PERMIT_INVALID,
          "The permit would not acquit this host: " + fault.get().code() + ".");
    }
  }

  /** Whether a permit was of use to this host when it was issued. */
  public boolean wasGood(IssuedPermit issued, Bytes32 queryHash) {
    return isForThisInstance(issued)
        && check.fault(issued, queryHash, issued.permit().issuedAt(), batches::signerOf).isEmpty();
  }

  private boolean isForThisInstance(IssuedPermit issued) {
    return issued.permit().modelId().equals(host.modelId())
        && issued.permit().instanceId().equals(host.instanceId());
  }
}
