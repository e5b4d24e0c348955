package org.oml.prover.evidence;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.oml.contracts.CaseDossier;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.prover.ProverError;
import org.oml.prover.evidence.CaseStore.SentTransaction;
import org.oml.prover.evidence.Court.Inclusion;
import org.oml.prover.instance.ChainRecords;
import org.oml.prover.instance.PublishedInstance;
import org.oml.prover.target.Transcript;
import org.springframework.stereotype.Component;

/** Puts everything about a case into one file. */
@Component
final class DossierWriter {

  private final CaseStore cases;
  private final Court court;
  private final ChainRecords chain;

  DossierWriter(CaseStore cases, Court court, ChainRecords chain) {
    this.cases = cases;
    this.court = court;
    this.chain = chain;
  }

  /**
   * The dossier of a case as it stands.
   *
   * @throws CodedException {@link ProverError#DOSSIER_UNKNOWN} before the commitment is on chain:
   *     until then nothing of it may leave the prover
   */
  CaseDossier write(UUID caseId) {
    PenaltyCase found =
        cases
            .find(caseId)
            .orElseThrow(
                () ->
                    new CodedException(
                        ProverError.CASE_UNKNOWN, "There is no case " + caseId + "."));
    if (found.committedAt() == null) {
      throw new CodedException(
          ProverError.DOSSIER_UNKNOWN, "The case is not committed to on chain yet.");
    }
    Transcript transcript =
        cases
            .transcript(found)
            .orElseThrow(
                () ->
                    new CodedException(
                        ProverError.DOSSIER_UNKNOWN, "Question and answer were not kept."));
    PublishedInstance instance =
        chain
            .instance(found.instanceId())
            .orElseThrow(
                () ->
                    new CodedException(
                        ProverError.INSTANCE_UNPUBLISHED, "The chain does not have the instance."));
    Claim claim = cases.claim(found);
    Court.Parties parties = court.parties();
    return new CaseDossier(
        1,
        found.kind().name(),
        caseId.toString(),
        parties.chainId().toString(),
        parties.court().toString(),
        parties.prover().toString(),
        instance.modelId().toString(),
        found.instanceId().toString(),
        found.host().toString(),
        found.courtCase().toString(),
        found.commitment().toString(),
        found.nonce().toString(),
        receipts(claim),
        exchange(transcript),
        opening(claim),
        cases.lookups(caseId).stream().map(DossierWriter::lookup).toList(),
        cases.transactions().getOrDefault(caseId, List.of()).stream().map(this::sent).toList(),
        Instant.now().toString());
  }

  private static List<String> receipts(Claim claim) {
    return switch (claim) {
      case Evidence evidence -> List.of(evidence.signedReceipt());
      case DoubleUse doubleUse -> List.of(doubleUse.first(), doubleUse.second());
    };
  }

  private static CaseDossier.Exchange exchange(Transcript transcript) {
    return new CaseDossier.Exchange(
        transcript.kind(),
        transcript.request(),
        Objects.requireNonNull(transcript.salt(), "a case rests on an answer with a salt"),
        transcript.answer(),
        transcript.permit(),
        transcript.openingReceipt(),
        transcript.askedAt(),
        transcript.answeredAt());
  }

  private static CaseDossier.@Nullable Opening opening(Claim claim) {
    return switch (claim) {
      case Evidence evidence ->
          new CaseDossier.Opening(
              evidence.index(),
              evidence.key(),
              evidence.response(),
              evidence.leafSalt().toString(),
              evidence.leafProof().stream().map(Bytes32::toString).toList(),
              evidence.contextProof().stream().map(Bytes32::toString).toList());
      case DoubleUse doubleUse -> null;
    };
  }

  private static CaseDossier.Lookup lookup(CaseStore.Lookup lookup) {
    return new CaseDossier.Lookup(
        lookup.at().toString(), lookup.chainTime(), lookup.result(), lookup.permits());
  }

  private CaseDossier.Sent sent(SentTransaction sent) {
    Inclusion inclusion = court.inclusion(Bytes32.parse(sent.hash())).orElse(null);
    return inclusion == null
        ? new CaseDossier.Sent(sent.step(), sent.hash(), null, null, 0)
        : new CaseDossier.Sent(
            sent.step(),
            sent.hash(),
            inclusion.blockNumber(),
            inclusion.blockHash().toString(),
            inclusion.confirmations());
  }
}
