package org.oml.protocol;

import java.math.BigInteger;

/**
 * The one EIP-712 domain of a deployment: name "OML", version "1", the chain and its permit ledger.
 *
 * @param chainId of EIP-155
 * @param permitLedger the verifying contract
 */
public record SigningDomain(BigInteger chainId, Address permitLedger) {

  private static final Bytes32 TYPE_HASH =
      Keccak.of(
          "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");

  /** The domain separator. */
  public Bytes32 separator() {
    return new StructEncoder(TYPE_HASH)
        .add(Keccak.of("OML"))
        .add(Keccak.of("1"))
        .add(chainId)
        .add(permitLedger)
        .hash();
  }

  /** What is signed for a structure with this hash. */
  public Bytes32 digest(Bytes32 structHash) {
    return new Keccak().add(new byte[] {0x19, 0x01}).add(separator()).add(structHash).hash();
  }
}
