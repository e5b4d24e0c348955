package org.oml.protocol;

import java.math.BigInteger;
import java.util.Objects;

/**
 * The one EIP-712 domain of a deployment: name "OML", version "1", the chain and its permit ledger.
 */
public final class SigningDomain {

  private static final Bytes32 TYPE_HASH =
      Keccak.of(
          "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
  private static final byte[] PREFIX = {0x19, 0x01};

  private final BigInteger chainId;
  private final Address permitLedger;
  private final Bytes32 separator;

  /**
   * @param chainId of EIP-155
   * @param permitLedger the verifying contract
   */
  public SigningDomain(BigInteger chainId, Address permitLedger) {
    this.chainId = chainId;
    this.permitLedger = permitLedger;
    this.separator =
        new StructEncoder(TYPE_HASH)
            .add(Keccak.of("OML"))
            .add(Keccak.of("1"))
            .add(chainId)
            .add(permitLedger)
            .hash();
  }

  /** Of EIP-155. */
  public BigInteger chainId() {
    return chainId;
  }

  /** The verifying contract. */
  public Address permitLedger() {
    return permitLedger;
  }

  /** The domain separator, which is computed once: every signature needs it. */
  public Bytes32 separator() {
    return separator;
  }

  /** What is signed for a structure with this hash. */
  public Bytes32 digest(Bytes32 structHash) {
    return new Keccak().add(PREFIX).add(separator).add(structHash).hash();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SigningDomain that
        && chainId.equals(that.chainId)
        && permitLedger.equals(that.permitLedger);
  }

  @Override
  public int hashCode() {
    return Objects.hash(chainId, permitLedger);
  }

  @Override
  public String toString() {
    return "chain " + chainId + ", permit ledger " + permitLedger;
  }
}
