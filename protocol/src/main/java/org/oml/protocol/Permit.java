package org.oml.protocol;

import java.math.BigInteger;

/**
 * σ(q): the right to answer one query. Members and their order are those of {@code
 * docs/protocol.md}; times are seconds since 1970.
 */
public record Permit(
    Bytes32 modelId,
    Bytes32 instanceId,
    Address host,
    int termsVersion,
    Bytes32 queryHash,
    long serial,
    long issuedAt,
    long expiresAt,
    BigInteger price)
    implements SignedStructure {

  private static final Bytes32 TYPE_HASH =
      Keccak.of(
          "Permit(bytes32 modelId,bytes32 instanceId,address host,uint32 termsVersion,"
              + "bytes32 queryHash,uint64 serial,uint64 issuedAt,uint64 expiresAt,uint128 price)");

  /**
   * @throws CodedException {@link ProtocolError#VALUE_OUT_OF_RANGE} for a number that its type does
   *     not hold
   */
  public Permit {
    Unsigned.require(termsVersion, serial, issuedAt, expiresAt);
    Unsigned.requireFits(price, 128);
  }

  /** The same permit under another serial. */
  public Permit withSerial(long another) {
    return new Permit(
        modelId, instanceId, host, termsVersion, queryHash, another, issuedAt, expiresAt, price);
  }

  @Override
  public Bytes32 structHash() {
    return new StructEncoder(TYPE_HASH)
        .add(modelId)
        .add(instanceId)
        .add(host)
        .add(termsVersion)
        .add(queryHash)
        .add(serial)
        .add(issuedAt)
        .add(expiresAt)
        .add(price)
        .hash();
  }
}
