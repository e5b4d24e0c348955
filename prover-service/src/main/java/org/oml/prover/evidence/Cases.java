package org.oml.prover.evidence;

import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.oml.contracts.CaseEvidence;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Fingerprint;
import org.oml.prover.evidence.CaseStore.Origin;
import org.oml.prover.instance.ChainRecords;
import org.oml.prover.instance.PublishedInstance;
import org.oml.prover.target.Transcript;
import org.springframework.stereotype.Component;

/** Opens cases. */
@Component
public final class Cases {

  private static final SecureRandom RANDOM = new SecureRandom();

  private final CaseStore store;
  private final Court court;
  private final ChainRecords chain;
  private final int casesPerInstance;

  Cases(CaseStore store, Court court, ChainRecords chain, EvidenceSettings settings) {
    this.store = store;
    this.court = court;
    this.chain = chain;
    this.casesPerInstance = settings.casesPerInstance();
  }

  /**
   * Opens a case on an answer, unless enough cases of the instance are open already. The evidence,
   * the nonce and the commitment are stored before anything is sent.
   *
   * @param leafProof siblings from the fingerprint's leaf to the instance's root
   * @return the case, or the one that this answer has already
   */
  public Optional<UUID> open(
      UUID auditId,
      int queryPosition,
      PublishedInstance instance,
      Transcript transcript,
      Fingerprint fingerprint,
      List<Bytes32> leafProof) {
    Evidence evidence = Evidence.of(transcript, fingerprint, leafProof);
    return open(
        new Origin(auditId, queryPosition, instance),
        evidence,
        transcript,
        CaseEvidence.caseId(evidence.receipt(), chain.domain()));
  }

  /**
   * Opens a case on two receipts that contradict each other, as {@link #open} does.
   *
   * @param transcript of the later of the two answers
   */
  Optional<UUID> openDoubleUse(Origin origin, DoubleUse doubleUse, Transcript transcript) {
    return open(origin, doubleUse, transcript, doubleUse.forCourt(chain.domain()).caseId());
  }

  private Optional<UUID> open(
      Origin origin, Claim claim, Transcript transcript, Bytes32 courtCase) {
    byte[] nonce = new byte[32];
    RANDOM.nextBytes(nonce);
    Bytes32 commitment = court.commitment(claim, Bytes32.of(nonce));
    return store.open(
        origin,
        claim,
        transcript,
        new CaseStore.Commitment(commitment, Bytes32.of(nonce), courtCase),
        casesPerInstance);
  }
}
