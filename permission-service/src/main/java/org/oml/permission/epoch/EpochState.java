package org.oml.permission.epoch;

/** How far an epoch is. */
public enum EpochState {
  /** Cut from the ledger; its permits and charges are fixed. */
  CLOSED,
  /** Its root is in a final block of the chain. */
  POSTED,
  /** And so are all of its charges. */
  CHARGED
}
