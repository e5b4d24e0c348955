package org.oml.gateway.chain;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Predicate;
import org.oml.protocol.Address;
import org.oml.protocol.Attestation;
import org.oml.protocol.Bytes32;

/**
 * Finds what a member attested in a transaction that opened its answer. Whether the court was
 * called directly or through other contracts, the attestation's nine words lie there in a row.
 */
final class AttestationInCallData {

  private static final int WORD = 32;
  private static final int WORDS = 9;

  private final byte[] start;

  /** Attestations of one member in one plan. */
  AttestationInCallData(Bytes32 planId, Address member) {
    this.start =
        ByteBuffer.allocate(2 * WORD)
            .put(planId.toBytes())
            .put(new byte[WORD - 20])
            .put(member.toBytes())
            .array();
  }

  /** The first that is the one looked for. */
  Optional<Attestation> find(byte[] callData, Predicate<Attestation> isTheOne) {
    for (int at = 0; at + WORDS * WORD <= callData.length; at++) {
      if (Arrays.equals(callData, at, at + start.length, start, 0, start.length)) {
        Optional<Attestation> found = read(callData, at).filter(isTheOne);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<Attestation> read(byte[] callData, int at) {
    BigInteger place = number(callData, at + 2 * WORD);
    BigInteger askedAt = number(callData, at + 6 * WORD);
    BigInteger answeredAt = number(callData, at + 7 * WORD);
    if (place.bitLength() >= Integer.SIZE
        || askedAt.bitLength() >= Long.SIZE
        || answeredAt.bitLength() >= Long.SIZE) {
      return Optional.empty();
    }
    return Optional.of(
        new Attestation(
            word(callData, at),
            Address.of(Arrays.copyOfRange(callData, at + 2 * WORD - 20, at + 2 * WORD)),
            place.intValue(),
            word(callData, at + 3 * WORD),
            word(callData, at + 4 * WORD),
            word(callData, at + 5 * WORD),
            askedAt.longValue(),
            answeredAt.longValue(),
            number(callData, at + 8 * WORD).signum() != 0));
  }

  private static BigInteger number(byte[] callData, int at) {
    return new BigInteger(1, callData, at, WORD);
  }

  private static Bytes32 word(byte[] callData, int at) {
    return Bytes32.of(Arrays.copyOfRange(callData, at, at + WORD));
  }
}
