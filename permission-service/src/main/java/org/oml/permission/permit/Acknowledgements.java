package org.oml.permission.permit;

import java.time.InstantSource;
import java.util.function.Supplier;
import org.oml.permission.PermissionError;
import org.oml.permission.host.ChainView;
import org.oml.permission.ledger.Ledger;
import org.oml.protocol.Address;
import org.oml.protocol.CodedException;
import org.oml.protocol.Signature;
import org.oml.protocol.SigningDomain;
import org.oml.protocol.UsageAck;

/**
 * What hosts say that they have used. It bounds what they can be charged, and how much further the
 * service goes for them.
 */
public final class Acknowledgements {

  /** Seconds by which a host's clock may be ahead of this service's. */
  private static final long CLOCK_TOLERANCE = 60;

  private final Supplier<ChainView> chain;
  private final Ledger ledger;
  private final SigningDomain domain;
  private final InstantSource clock;

  public Acknowledgements(
      Supplier<ChainView> chain, Ledger ledger, SigningDomain domain, InstantSource clock) {
    this.chain = chain;
    this.ledger = ledger;
    this.domain = domain;
    this.clock = clock;
  }

  /**
   * Keeps an acknowledgement.
   *
   * @param signature of the host's wallet, or of a gateway key of one of its instances
   * @throws CodedException {@link PermissionError#NOT_YOURS} or {@link
   *     PermissionError#ACKNOWLEDGEMENT_REFUSED}
   */
  public void accept(Address account, UsageAck acknowledgement, Signature signature) {
    Address host = acknowledgement.host();
    if (!speaksFor(account, host)) {
      throw new CodedException(
          PermissionError.NOT_YOURS, "The account " + account + " is not the host " + host + ".");
    }
    if (!speaksFor(acknowledgement.signer(domain, signature), host)) {
      throw refused("It is signed neither by the wallet nor by a gateway key of the host.");
    }
    if (acknowledgement.at() > now() + CLOCK_TOLERANCE) {
      throw refused("It is dated ahead, at " + acknowledgement.at() + ".");
    }
    if (!ledger.acknowledge(acknowledgement, signature)) {
      throw refused("It says less than the one before, or more than the host has had.");
    }
  }

  private boolean speaksFor(Address account, Address host) {
    return account.equals(host) || chain.get().register().hostsOf(account, now()).contains(host);
  }

  private static CodedException refused(String detail) {
    return new CodedException(PermissionError.ACKNOWLEDGEMENT_REFUSED, detail);
  }

  private long now() {
    return clock.instant().getEpochSecond();
  }
}
