package org.oml.permission.ledger;

import org.oml.permission.PermissionError;
import org.oml.protocol.IssuedPermit;

/** What a transaction found or did for one permit of an order. */
sealed interface Line {

  /** It was recorded by this transaction, as it stands here. */
  record Fresh(IssuedPermit permit) implements Line {}

  /** One was on record. */
  record Stored(StoredPermit permit) implements Line {}

  /** There is none, and this is why. */
  record Refused(PermissionError reason, String detail) implements Line {}
}
