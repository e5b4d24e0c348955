package org.oml.protocol;

/**
 * A host accepts its instance before it goes on chain. Members and their order are those of {@code
 * docs/protocol.md}; times are seconds since 1970.
 */
public record InstanceAcceptance(
    Bytes32 instanceId, Bytes32 manifestHash, Bytes32 fingerprintRoot, long deadline)
    implements SignedStructure {

  private static final Bytes32 TYPE_HASH =
      Keccak.of(
          "InstanceAcceptance(bytes32 instanceId,bytes32 manifestHash,bytes32 fingerprintRoot,uint64 deadline)");

  /**
   * @throws CodedException {@link ProtocolError#VALUE_OUT_OF_RANGE} for a number that its type does
   *     not hold
   */
  public InstanceAcceptance {
    Unsigned.require(deadline);
  }

  @Override
  public Bytes32 structHash() {
    return new StructEncoder(TYPE_HASH)
        .add(instanceId)
        .add(manifestHash)
        .add(fingerprintRoot)
        .add(deadline)
        .hash();
  }
}
