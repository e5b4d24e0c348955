package org.oml.protocol;

import java.util.Optional;
import java.util.function.Function;

/**
 * Whether a permit allows a host to answer a query now.
 *
 * @param domain of the deployment
 * @param host who is to answer
 * @param signers whose signature counts
 */
public record PermitCheck(SigningDomain domain, Address host, Signers signers) {

  /** Seconds that a permit lives at most. */
  public static final long LONGEST_LIFE = 600;

  /** Seconds by which the operator's clock may be ahead of the host's. */
  public static final long CLOCK_TOLERANCE = 60;

  /** The permit signers of the ledger, each with the time for which it is authorised. */
  @FunctionalInterface
  public interface Signers {

    /** Whether a key was a permit signer when a permit was issued, in seconds since 1970. */
    boolean authorised(Address signer, long issuedAt);
  }

  /**
   * The first thing that is wrong with a permit, if there is one.
   *
   * @param queryHash of the query that is to be answered
   * @param now seconds since 1970
   */
  public Optional<ProtocolError> fault(IssuedPermit issued, Bytes32 queryHash, long now) {
    return fault(issued, queryHash, now, permit -> permit.signer(domain));
  }

  /**
   * The same for who knows signers already, such as that of a batch of which this permit is one.
   *
   * @param signerOf as {@link IssuedPermit#signer} in this domain
   */
  public Optional<ProtocolError> fault(
      IssuedPermit issued, Bytes32 queryHash, long now, Function<IssuedPermit, Address> signerOf) {
    Permit permit = issued.permit();
    if (!permit.host().equals(host)) {
      return Optional.of(ProtocolError.PERMIT_FOR_ANOTHER_HOST);
    }
    if (!permit.queryHash().equals(queryHash)) {
      return Optional.of(ProtocolError.PERMIT_FOR_ANOTHER_QUERY);
    }
    if (permit.issuedAt() - CLOCK_TOLERANCE > now) {
      return Optional.of(ProtocolError.PERMIT_FROM_THE_FUTURE);
    }
    if (permit.expiresAt() - permit.issuedAt() > LONGEST_LIFE) {
      return Optional.of(ProtocolError.PERMIT_LIVES_TOO_LONG);
    }
    if (now >= permit.expiresAt()) {
      return Optional.of(ProtocolError.PERMIT_EXPIRED);
    }
    Address signer = signerOf.apply(issued);
    if (signer.equals(Address.ZERO) || !signers.authorised(signer, permit.issuedAt())) {
      return Optional.of(ProtocolError.PERMIT_SIGNER_UNKNOWN);
    }
    return Optional.empty();
  }

  /**
   * @throws CodedException with the code of {@link #fault} if there is one
   */
  public void require(IssuedPermit issued, Bytes32 queryHash, long now) {
    Optional<ProtocolError> fault = fault(issued, queryHash, now);
    if (fault.isPresent()) {
      throw new CodedException(
          fault.get(), "Permit " + issued.permitHash() + " does not allow this answer.");
    }
  }
}
