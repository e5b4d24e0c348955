package org.oml.permission.ledger;

import java.util.Optional;
import org.oml.protocol.IssuedPermit;
import org.oml.protocol.Permit;
import org.oml.protocol.Signature;
import org.oml.protocol.SignedPermit;

/**
 * A permit as a row has it.
 *
 * @param permit what is permitted
 * @param signature over it, or over its batch
 * @param batch where it is one of many that were signed together
 */
record StoredPermit(Permit permit, Signature signature, Optional<Batch> batch) {

  /**
   * Which permits were signed together: those with the serials from the first on.
   *
   * @param firstSerial of the first
   * @param count how many
   * @param issuedAt when, seconds since 1970
   */
  record Batch(long firstSerial, int count, long issuedAt) {}

  /** The permit as it was answered, where that needs nothing but its row. */
  Optional<IssuedPermit> alone() {
    return batch.isPresent() ? Optional.empty() : Optional.of(new SignedPermit(permit, signature));
  }
}
