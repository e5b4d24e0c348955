package org.oml.gateway.permit;

import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import org.oml.gateway.GatewayError;
import org.oml.gateway.host.HostIdentity;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.IssuedPermit;
import org.oml.protocol.ProtocolError;

/** Looks whether a permit would acquit the host in a case, before an answer goes out under it. */
public final class PermitCheck {

  private final HostIdentity host;
  private final org.oml.protocol.PermitCheck check;
  private final InstantSource clock;

  /**
   * @param signers whose permits count; none named means that the permission service is trusted to
   *     sign with the right key
   */
  public PermitCheck(HostIdentity host, Set<Address> signers, InstantSource clock) {
    Set<Address> named = Set.copyOf(signers);
    this.host = host;
    this.check =
        new org.oml.protocol.PermitCheck(
            host.domain(),
            host.wallet(),
            (signer, issuedAt) -> named.isEmpty() || named.contains(signer));
    this.clock = clock;
  }

  /**
   * @throws CodedException {@link GatewayError#PERMIT_INVALID}
   */
  public void require(IssuedPermit issued, Bytes32 queryHash) {
    if (!issued.permit().modelId().equals(host.modelId())
        || !issued.permit().instanceId().equals(host.instanceId())) {
      throw new CodedException(
          GatewayError.PERMIT_INVALID, "The permit is for another model or instance.");
    }
    Optional<ProtocolError> fault =
        check.fault(issued, queryHash, clock.instant().getEpochSecond());
    if (fault.isPresent()) {
      throw new CodedException(
          GatewayError.PERMIT_INVALID,
          "The permit would not acquit this host: " + fault.get().code() + ".");
    }
  }
}
