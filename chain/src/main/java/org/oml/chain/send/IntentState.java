package org.oml.chain.send;

/** How far a transaction is. */
public enum IntentState {
  /** In the database, perhaps signed; a node may or may not have seen it. */
  PREPARED,
  /** A node took it. */
  BROADCAST,
  /** In a block that may still be reorganised away. */
  MINED,
  /** In a final block, and it did what it should. */
  FINAL,
  /** It will never be done: the contract refuses, or did so in a final block. */
  FAILED;

  boolean ended() {
    return this == FINAL || this == FAILED;
  }
}
