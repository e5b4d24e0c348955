package org.oml.contracts;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.oml.contracts.binding.PenaltyCourt;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Fingerprint;
import org.oml.protocol.Hex;
import org.oml.protocol.Identifiers;
import org.oml.protocol.Keccak;
import org.oml.protocol.Receipt;
import org.oml.protocol.ResponseRoot;
import org.oml.protocol.Signature;
import org.oml.protocol.SigningDomain;
import org.web3j.abi.FunctionEncoder;

/**
 * Evidence for a case R, as the penalty court reads it, and the commitment that must lie on chain
 * before it is revealed.
 */
public final class CaseEvidence {

  private final PenaltyCourt.Evidence evidence;

  private CaseEvidence(PenaltyCourt.Evidence evidence) {
    this.evidence = evidence;
  }

  /**
   * A fingerprint's answer: convicts and earns the reward.
   *
   * @param receipt the gateway's final receipt
   * @param signature of the gateway
   * @param fingerprint whose key was the last user text
   * @param leafProof from its leaf to the instance's fingerprint root
   * @param querySalt the gateway's salt of the query
   * @param contextHash of the request, one that the terms allow
   * @param contextProof from the context's leaf to the terms' context root; empty where it is the
   *     only one
   * @param answer the whole text that was answered
   */
  public static CaseEvidence ofFingerprint(
      Receipt receipt,
      Signature signature,
      Fingerprint fingerprint,
      List<Bytes32> leafProof,
      Bytes32 querySalt,
      Bytes32 contextHash,
      List<Bytes32> contextProof,
      String answer) {
    ResponseRoot committed = ResponseRoot.of(answer);
    return of(
        receipt,
        signature,
        new PenaltyCourt.Opening(
            BigInteger.valueOf(fingerprint.index()),
            fingerprint.key().getBytes(StandardCharsets.UTF_8),
            fingerprint.response().getBytes(StandardCharsets.UTF_8),
            fingerprint.leafSalt().toBytes(),
            bytes(leafProof),
            querySalt.toBytes(),
            contextHash.toBytes(),
            bytes(contextProof),
            BigInteger.valueOf(committed.length()),
            committed.prefix(),
            committed.restHash().toBytes()));
  }

  /** A receipt alone: convicts, and nobody is rewarded. */
  public static CaseEvidence ofReceipt(Receipt receipt, Signature signature) {
    byte[] zero = Bytes32.ZERO.toBytes();
    return of(
        receipt,
        signature,
        new PenaltyCourt.Opening(
            BigInteger.ZERO,
            new byte[0],
            new byte[0],
            zero,
            List.of(),
            zero,
            zero,
            List.of(),
            BigInteger.ZERO,
            new byte[0],
            zero));
  }

  /** The argument of {@code PenaltyCourt.reveal}. */
  public PenaltyCourt.Evidence evidence() {
    return evidence;
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

  /**
   * The identifier of a case R on a receipt: its digest with response root 0, which all receipts of
   * one answer have in common.
   */
  public static Bytes32 caseId(Receipt receipt, SigningDomain domain) {
    return receipt.opening().digest(domain);
  }

  private static CaseEvidence of(
      Receipt receipt, Signature signature, PenaltyCourt.Opening opening) {
    return new CaseEvidence(
        new PenaltyCourt.Evidence(SolidityStructs.of(receipt), signature.toBytes(), opening));
  }

  private static List<byte[]> bytes(List<Bytes32> hashes) {
    return hashes.stream().map(Bytes32::toBytes).toList();
  }
}
