package org.oml.prover.evidence;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.oml.protocol.AuditContexts;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CanonicalQuery;
import org.oml.protocol.CanonicalQuery.Kind;
import org.oml.protocol.Fingerprint;
import org.oml.protocol.Hex;
import org.oml.protocol.Receipt;
import org.oml.protocol.ResponseRoot;
import org.oml.protocol.SignedReceipt;
import org.oml.prover.target.Transcript;

/**
 * Everything that the court wants to see of one answer: the receipt, and the opening that makes it
 * a fingerprint's.
 *
 * @param version 1
 * @param signedReceipt {@code omlr1.…}
 * @param answerPrefix the first 64 bytes of the answer, or all, in hex
 */
record Evidence(
    int version,
    String signedReceipt,
    int index,
    String key,
    String response,
    Bytes32 leafSalt,
    List<Bytes32> leafProof,
    Bytes32 querySalt,
    Bytes32 contextHash,
    List<Bytes32> contextProof,
    long answerLength,
    String answerPrefix,
    Bytes32 restHash)
    implements Claim {

  /**
   * @param transcript whose receipt was found to bind the gateway
   * @param leafProof siblings from the fingerprint's leaf to the instance's root
   */
  static Evidence of(Transcript transcript, Fingerprint fingerprint, List<Bytes32> leafProof) {
    if (transcript.salt() == null || transcript.receipt() == null) {
      throw new IllegalArgumentException("an answer without a receipt is no evidence");
    }
    byte[] request = transcript.request().getBytes(StandardCharsets.UTF_8);
    CanonicalQuery query = CanonicalQuery.of(Kind.valueOf(transcript.kind()), request);
    ResponseRoot answer = ResponseRoot.of(transcript.answer());
    return new Evidence(
        1,
        transcript.receipt(),
        fingerprint.index(),
        fingerprint.key(),
        fingerprint.response(),
        fingerprint.leafSalt(),
        leafProof,
        Bytes32.parse(transcript.salt()),
        query.contextHash(),
        AuditContexts.proof(query.contextHash()),
        answer.length(),
        Hex.of(answer.prefix()),
        answer.restHash());
  }

  SignedReceipt signed() {
    return SignedReceipt.parse(signedReceipt);
  }

  Receipt receipt() {
    return signed().receipt();
  }

  @Override
  public long earliestServedAt() {
    return receipt().servedAt();
  }

  @Override
  public long latestServedAt() {
    return receipt().servedAt();
  }
}
