package org.oml.protocol;

/**
 * What a prover of a panel says of one ask. Members and their order are those of {@code
 * docs/protocol.md}; times are seconds since 1970.
 */
public record Attestation(
    Bytes32 planId,
    Address prover,
    int leafIndex,
    Bytes32 keyHash,
    Bytes32 answerPrefixHash,
    Bytes32 targetHash,
    long askedAt,
    long answeredAt,
    boolean missingReceipt)
    implements SignedStructure {

  private static final Bytes32 TYPE_HASH =
      Keccak.of(
          "Attestation(bytes32 planId,address prover,uint32 leafIndex,bytes32 keyHash,"
              + "bytes32 answerPrefixHash,bytes32 targetHash,uint64 askedAt,uint64 answeredAt,"
              + "bool missingReceipt)");

  /**
   * @throws CodedException {@link ProtocolError#VALUE_OUT_OF_RANGE} for a number that its type does
   *     not hold
   */
  public Attestation {
    Unsigned.require(leafIndex, askedAt, answeredAt);
  }

  /**
   * What stands in the {@link MerkleTree} of answers that a member commits to before anybody
   * reveals; the nonce keeps what was answered from being guessed.
   */
  public Bytes32 answerLeaf(Bytes32 nonce) {
    Bytes32 inner = new Keccak().add("oml.answer.v1").add(structHash()).add(nonce).hash();
    return new Keccak().add(inner).hash();
  }

  @Override
  public Bytes32 structHash() {
    return new StructEncoder(TYPE_HASH)
        .add(planId)
        .add(prover)
        .add(leafIndex)
        .add(keyHash)
        .add(answerPrefixHash)
        .add(targetHash)
        .add(askedAt)
        .add(answeredAt)
        .add(missingReceipt)
        .hash();
  }
}
