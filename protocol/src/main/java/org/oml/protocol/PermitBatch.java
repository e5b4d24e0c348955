package org.oml.protocol;

/**
 * Many permits under one signature. Members and their order are those of {@code docs/protocol.md};
 * times are seconds since 1970.
 */
public record PermitBatch(Bytes32 root, int count, long issuedAt, long firstSerial)
    implements SignedStructure {

  private static final Bytes32 TYPE_HASH =
      Keccak.of("PermitBatch(bytes32 root,uint32 count,uint64 issuedAt,uint64 firstSerial)");

  /**
   * @throws CodedException {@link ProtocolError#VALUE_OUT_OF_RANGE} for a number that its type does
   *     not hold
   */
  public PermitBatch {
    Unsigned.require(count, issuedAt, firstSerial);
  }

  @Override
  public Bytes32 structHash() {
    return new StructEncoder(TYPE_HASH).add(root).add(count).add(issuedAt).add(firstSerial).hash();
  }
}
