package org.oml.protocol;

/**
 * What a gateway signs of an answer; the opening one has no response root yet. Members and their
 * order are those of {@code docs/protocol.md}; times are seconds since 1970.
 */
public record Receipt(
    Bytes32 modelId,
    Bytes32 instanceId,
    Address host,
    Bytes32 queryHash,
    Bytes32 responseRoot,
    Bytes32 permitHash,
    long servedAt,
    Bytes32 clientRef)
    implements SignedStructure {

  private static final Bytes32 TYPE_HASH =
      Keccak.of(
          "Receipt(bytes32 modelId,bytes32 instanceId,address host,bytes32 queryHash,"
              + "bytes32 responseRoot,bytes32 permitHash,uint64 servedAt,bytes32 clientRef)");

  /**
   * @throws CodedException {@link ProtocolError#VALUE_OUT_OF_RANGE} for a number that its type does
   *     not hold
   */
  public Receipt {
    Unsigned.require(servedAt);
  }

  /**
   * The receipt as it was when the answer began: all receipts of one answer have it in common, and
   * its digest names the answer.
   */
  public Receipt opening() {
    return new Receipt(
        modelId, instanceId, host, queryHash, Bytes32.ZERO, permitHash, servedAt, clientRef);
  }

  @Override
  public Bytes32 structHash() {
    return new StructEncoder(TYPE_HASH)
        .add(modelId)
        .add(instanceId)
        .add(host)
        .add(queryHash)
        .add(responseRoot)
        .add(permitHash)
        .add(servedAt)
        .add(clientRef)
        .hash();
  }
}
