package org.oml.platform.process;

/** The order of starting; stopping goes the other way, all processes of one tier at once. */
public enum Tier {
  /** What keeps data: the database. */
  STORAGE,
  /** The chain. */
  CHAIN,
  /** Everything that uses them. */
  SERVICE,
  /** What restarts the others, hence the first to be stopped. */
  WATCH
}
