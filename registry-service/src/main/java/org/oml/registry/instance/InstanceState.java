package org.oml.registry.instance;

/** How far an instance is. */
public enum InstanceState {
  /** Waits for a worker. */
  QUEUED,
  /** A worker makes it. */
  TRAINING,
  /** Made; waits for the host's countersignature. */
  TRAINED,
  /** Countersigned; on its way to the chain. */
  PUBLISHING,
  /** On chain; the host may download it. */
  PUBLISHED,
  /** Given up. */
  FAILED
}
