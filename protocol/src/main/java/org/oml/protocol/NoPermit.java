package org.oml.protocol;

/**
 * The operator states that it holds no such permit. Members and their order are those of {@code
 * docs/protocol.md}; times are seconds since 1970.
 */
public record NoPermit(Bytes32 permitHash, long checkedAt) implements SignedStructure {

  private static final Bytes32 TYPE_HASH =
      Keccak.of("NoPermit(bytes32 permitHash,uint64 checkedAt)");

  /**
   * @throws CodedException {@link ProtocolError#VALUE_OUT_OF_RANGE} for a number that its type does
   *     not hold
   */
  public NoPermit {
    Unsigned.require(checkedAt);
  }

  @Override
  public Bytes32 structHash() {
    return new StructEncoder(TYPE_HASH).add(permitHash).add(checkedAt).hash();
  }
}
