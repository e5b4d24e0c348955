package org.oml.protocol;

import java.math.BigInteger;

/**
 * A host accepts the licence and names the key of its gateway. Members and their order are those of
 * {@code docs/protocol.md}; times are seconds since 1970.
 */
public record LicenceAcceptance(
    Bytes32 modelId,
    Bytes32 licenceHash,
    int termsVersion,
    Bytes32 baseManifestHash,
    Address host,
    Address gatewayKey,
    BigInteger nonce,
    long deadline)
    implements SignedStructure {

  private static final Bytes32 TYPE_HASH =
      Keccak.of(
          "LicenceAcceptance(bytes32 modelId,bytes32 licenceHash,uint32 termsVersion,"
              + "bytes32 baseManifestHash,address host,address gatewayKey,uint256 nonce,"
              + "uint64 deadline)");

  /**
   * @throws CodedException {@link ProtocolError#VALUE_OUT_OF_RANGE} for a number that its type does
   *     not hold
   */
  public LicenceAcceptance {
    Unsigned.require(termsVersion, deadline);
    Unsigned.requireFits(nonce, 256);
  }

  @Override
  public Bytes32 structHash() {
    return new StructEncoder(TYPE_HASH)
        .add(modelId)
        .add(licenceHash)
        .add(termsVersion)
        .add(baseManifestHash)
        .add(host)
        .add(gatewayKey)
        .add(nonce)
        .add(deadline)
        .hash();
  }
}
