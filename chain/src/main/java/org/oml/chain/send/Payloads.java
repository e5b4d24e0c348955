package org.oml.chain.send;

import org.jspecify.annotations.Nullable;
import org.oml.chain.ChainError;
import org.oml.protocol.CodedException;

/** Calls and signed transactions as the database has them: sealed where there is a seal. */
final class Payloads {

  private final @Nullable PayloadSeal seal;

  Payloads(@Nullable PayloadSeal seal) {
    this.seal = seal;
  }

  /** Whether what is stored from now on is sealed. */
  boolean sealing() {
    return seal != null;
  }

  byte[] toStore(byte[] payload, String purpose) {
    return seal == null ? payload : seal.seal(payload, purpose);
  }

  byte[] read(byte[] stored, boolean sealed, String purpose) {
    if (!sealed) {
      return stored;
    }
    if (seal == null) {
      throw new CodedException(
          ChainError.PAYLOAD_SEALED, "The transaction " + purpose + " is sealed.");
    }
    return seal.open(stored, purpose);
  }
}
