package org.oml.permission.signer;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.oml.permission.host.HostRegister;

/**
 * The keys that the service has, of which the chain says when each counts. The one that was
 * authorised last serves, so that a new key takes over in the very second from which the chain lets
 * it, and the old one goes on until then.
 */
public final class SignerRing {

  private final List<PermitSigner> signers;

  /**
   * @param signers at least one
   */
  public SignerRing(List<PermitSigner> signers) {
    if (signers.isEmpty()) {
      throw new IllegalArgumentException("a service signs with some key");
    }
    this.signers = List.copyOf(signers);
  }

  /**
   * The key whose permits are valid if they are issued at this time, in seconds since 1970; none if
   * the chain authorises none of them then.
   */
  public Optional<PermitSigner> at(HostRegister register, long time) {
    if (signers.size() == 1) {
      PermitSigner only = signers.getFirst();
      return register.isSigner(only.address(), time) ? Optional.of(only) : Optional.empty();
    }
    return signers.stream()
        .filter(signer -> register.isSigner(signer.address(), time))
        .max(Comparator.comparingLong(signer -> register.signerSince(signer.address())));
  }

  @Override
  public String toString() {
    return signers.stream()
        .map(signer -> signer.address().toString())
        .collect(Collectors.joining(" and "));
  }
}
