package org.oml.prover.evidence;

import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.oml.contracts.CaseEvidence;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Fingerprint;
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
    byte[] nonce = new byte[32];
    RANDOM.nextBytes(nonce);
    Bytes32 commitment = court.commitment(evidence, Bytes32.of(nonce));
    Bytes32 courtCase = CaseEvidence.caseId(evidence.receipt(), chain.domain());
    return store.open(
        auditId,
        queryPosition,
        instance,
        evidence,
        new CaseStore.Commitment(commitment, Bytes32.of(nonce), courtCase),
        casesPerInstance);
  }
}
