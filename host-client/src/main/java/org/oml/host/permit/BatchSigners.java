package org.oml.host.permit;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.oml.protocol.Address;
import org.oml.protocol.BatchedPermit;
import org.oml.protocol.IssuedPermit;
import org.oml.protocol.PermitBatch;
import org.oml.protocol.Signature;
import org.oml.protocol.SigningDomain;

/**
 * Who signed a permit. The signature over a batch is recovered once for all of its permits, as far
 * as they are looked at soon after each other. Safe for many threads.
 */
final class BatchSigners {

  /** More than there are batches under way. */
  private static final int REMEMBERED = 16;

  private record Known(PermitBatch batch, Signature signature, Address signer) {}

  private final SigningDomain domain;
  private final AtomicReferenceArray<Known> known = new AtomicReferenceArray<>(REMEMBERED);

  BatchSigners(SigningDomain domain) {
    this.domain = domain;
  }

  /** The zero address if the signature recovers to nobody. */
  Address signerOf(IssuedPermit issued) {
    if (!(issued instanceof BatchedPermit joint)) {
      return issued.signer(domain);
    }
    int place = Math.floorMod(joint.batch().hashCode(), REMEMBERED);
    Known found = known.get(place);
    if (found != null
        && found.batch().equals(joint.batch())
        && found.signature().equals(joint.signature())) {
      return found.signer();
    }
    Address signer = issued.signer(domain);
    known.set(place, new Known(joint.batch(), joint.signature(), signer));
    return signer;
  }
}
