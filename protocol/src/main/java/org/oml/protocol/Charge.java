package org.oml.protocol;

import java.math.BigInteger;
import java.nio.ByteBuffer;

/**
 * What a host pays for its permits of an epoch.
 *
 * @param host the wallet whose balance is charged
 * @param count how many permits
 * @param amount in units of the payment token
 */
public record Charge(Address host, long count, BigInteger amount) {

  /** Bytes of a charge. */
  public static final int SIZE = 44;

  private static final int AMOUNT_SIZE = 16;

  /**
   * @throws CodedException {@link ProtocolError#VALUE_OUT_OF_RANGE} for a number that its type does
   *     not hold
   */
  public Charge {
    Unsigned.require(count);
    Unsigned.requireFits(amount, 8 * AMOUNT_SIZE);
  }

  /** {@code host ‖ count uint64 ‖ amount uint128}. */
  public byte[] encode() {
    return ByteBuffer.allocate(SIZE)
        .put(host.toBytes())
        .putLong(count)
        .put(Unsigned.bytes(amount, AMOUNT_SIZE))
        .array();
  }
}
