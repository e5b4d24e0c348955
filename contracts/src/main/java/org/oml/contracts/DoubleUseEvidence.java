package org.oml.contracts;

import java.math.BigInteger;
import java.util.List;
import org.oml.contracts.binding.PenaltyCourt;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Hex;
import org.oml.protocol.Identifiers;
import org.oml.protocol.Keccak;
import org.oml.protocol.Receipt;
import org.oml.protocol.Signature;
import org.oml.protocol.SigningDomain;
import org.web3j.abi.FunctionEncoder;

/**
 * Evidence for a case E, one permit used for two answers, as the penalty court reads it: the later
 * answer is the second.
 */
public final class DoubleUseEvidence {

  private final PenaltyCourt.DoubleUse evidence;
  private final Bytes32 caseId;

  private DoubleUseEvidence(PenaltyCourt.DoubleUse evidence, Bytes32 caseId) {
    this.evidence = evidence;
    this.caseId = caseId;
  }

  /** Two receipts that name one permit, in whichever order. */
  public static DoubleUseEvidence of(
      Receipt one,
      Signature oneSignature,
      Receipt other,
      Signature otherSignature,
      SigningDomain domain) {
    Bytes32 answer = CaseEvidence.caseId(one, domain);
    Bytes32 otherAnswer = CaseEvidence.caseId(other, domain);
    boolean inOrder =
        one.servedAt() == other.servedAt()
            ? answer.compareTo(otherAnswer) <= 0
            : one.servedAt() < other.servedAt();
    return inOrder
        ? inOrder(one, oneSignature, other, otherSignature, otherAnswer)
        : inOrder(other, otherSignature, one, oneSignature, answer);
  }

  /** The argument of {@code PenaltyCourt.revealDoubleUse}. */
  public PenaltyCourt.DoubleUse evidence() {
    return evidence;
  }

  /** The case that the court will open. */
  public Bytes32 caseId() {
    return caseId;
  }

  /**
   * What {@code PenaltyCourt.commit} takes.
   *
   * @param chainId of EIP-155
   * @param court the penalty court's address
   * @param sender who commits and later reveals
   * @param nonce secret until the reveal
   */
  public Bytes32 commitment(BigInteger chainId, Address court, Address sender, Bytes32 nonce) {
    Bytes32 hash =
        Keccak.of(Hex.parse("0x" + FunctionEncoder.encodeConstructor(List.of(evidence))));
    return Identifiers.commitment(chainId, court, sender, hash, nonce);
  }

  private static DoubleUseEvidence inOrder(
      Receipt first, Signature firstBy, Receipt second, Signature secondBy, Bytes32 secondAnswer) {
    return new DoubleUseEvidence(
        new PenaltyCourt.DoubleUse(
            SolidityStructs.of(first),
            firstBy.toBytes(),
            SolidityStructs.of(second),
            secondBy.toBytes()),
        Bytes32.of(caseId(secondAnswer)));
  }

  /** The complement, so that it is no case R's, whose identifier is the answer itself. */
  private static byte[] caseId(Bytes32 answer) {
    byte[] bytes = answer.toBytes();
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) ~bytes[i];
    }
    return bytes;
  }
}
