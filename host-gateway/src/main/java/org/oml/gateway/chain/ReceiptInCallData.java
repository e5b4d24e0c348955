package org.oml.gateway.chain;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Predicate;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Receipt;

/**
 * Finds the receipt of a case in what the revealing transaction called. Whether the court was
 * called directly or through other contracts, the receipt's eight words lie there in a row; where
 * they lie is the prover's choice.
 */
public final class ReceiptInCallData {

  private static final int WORD = 32;
  private static final int WORDS = 8;

  private final byte[] start;

  /** Receipts of one instance of a host. */
  public ReceiptInCallData(Bytes32 modelId, Bytes32 instanceId, Address host) {
    this.start =
        ByteBuffer.allocate(3 * WORD)
            .put(modelId.toBytes())
            .put(instanceId.toBytes())
            .put(new byte[WORD - 20])
            .put(host.toBytes())
            .array();
  }

  /** The first that is the one looked for. */
  public Optional<Receipt> find(byte[] callData, Predicate<Receipt> isTheOne) {
    for (int at = 0; at + WORDS * WORD <= callData.length; at++) {
      if (Arrays.equals(callData, at, at + start.length, start, 0, start.length)) {
        Optional<Receipt> found = read(callData, at).filter(isTheOne);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<Receipt> read(byte[] callData, int at) {
    BigInteger servedAt = new BigInteger(1, callData, at + 6 * WORD, WORD);
    if (servedAt.bitLength() >= Long.SIZE) {
      return Optional.empty();
    }
    return Optional.of(
        new Receipt(
            word(callData, at),
            word(callData, at + WORD),
            Address.of(Arrays.copyOfRange(callData, at + 3 * WORD - 20, at + 3 * WORD)),
            word(callData, at + 3 * WORD),
            word(callData, at + 4 * WORD),
            word(callData, at + 5 * WORD),
            servedAt.longValue(),
            word(callData, at + 7 * WORD)));
  }

  private static Bytes32 word(byte[] callData, int at) {
    return Bytes32.of(Arrays.copyOfRange(callData, at, at + WORD));
  }
}
