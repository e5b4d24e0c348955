package org.oml.permission.ledger;

import org.oml.permission.PermissionError;
import org.oml.protocol.IssuedPermit;

/** What the ledger says to one permit of an order. */
public sealed interface Entry {

  /**
   * A permit is on record for the query hash: the one of the order, or an earlier one.
   *
   * @param permit as it was answered, or will be
   */
  record Recorded(IssuedPermit permit) implements Entry {}

  /**
   * Nothing is on record.
   *
   * @param reason why
   * @param detail a sentence
   */
  record Refused(PermissionError reason, String detail) implements Entry {}
}
