package org.oml.protocol;

import java.math.BigInteger;

/**
 * A host confirms what it has used so far, which bounds what it can be charged. Members and their
 * order are those of {@code docs/protocol.md}; times are seconds since 1970.
 */
public record UsageAck(
    Bytes32 modelId, Address host, long cumulativeCount, BigInteger cumulativeCharge, long at)
    implements SignedStructure {

  private static final Bytes32 TYPE_HASH =
      Keccak.of(
          "UsageAck(bytes32 modelId,address host,uint64 cumulativeCount,uint128 cumulativeCharge,"
              + "uint64 at)");

  /**
   * @throws CodedException {@link ProtocolError#VALUE_OUT_OF_RANGE} for a number that its type does
   *     not hold
   */
  public UsageAck {
    Unsigned.require(cumulativeCount, at);
    Unsigned.requireFits(cumulativeCharge, 128);
  }

  @Override
  public Bytes32 structHash() {
    return new StructEncoder(TYPE_HASH)
        .add(modelId)
        .add(host)
        .add(cumulativeCount)
        .add(cumulativeCharge)
        .add(at)
        .hash();
  }
}
