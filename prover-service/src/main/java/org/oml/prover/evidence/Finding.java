package org.oml.prover.evidence;

/** What an answer's receipt proves. */
public enum Finding {
  /** A valid permit covers the answer. It acquits, whatever else there is. */
  PERMITTED,
  /** The gateway signed that it answered without a permit. */
  UNPERMITTED,
  /** The gateway named a permit that it did not show, or one that is not valid. */
  UNPROVEN,
  /** There is no receipt that binds the gateway to this answer. It proves nothing. */
  MISSING
}
