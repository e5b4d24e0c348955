package org.oml.gateway.chain;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.protocol.PermitCheck.Signers;

/**
 * The permit signers that the ledger authorises. Each is looked up when it is first seen and again
 * from time to time; while the node is away what was known stays.
 */
public final class LedgerSigners implements Signers {

  private static final Duration LOOK_AGAIN = Duration.ofMinutes(1);

  private record Known(Node.SignerLife life, Instant at) {}

  private final Node node;
  private final InstantSource clock;
  private final Map<Address, Known> known = new ConcurrentHashMap<>();

  public LedgerSigners(Node node, InstantSource clock) {
    this.node = node;
    this.clock = clock;
  }

  @Override
  public boolean authorised(Address signer, long issuedAt) {
    Known found = known.get(signer);
    if (found == null || clock.instant().isAfter(found.at().plus(LOOK_AGAIN))) {
      found = look(signer, found);
    }
    return found != null
        && found.life().validFrom() <= issuedAt
        && issuedAt < found.life().retiredAt();
  }

  private @Nullable Known look(Address signer, @Nullable Known before) {
    try {
      Known now = new Known(node.signer(signer), clock.instant());
      known.put(signer, now);
      return now;
    } catch (IOException e) {
      return before;
    }
  }
}
