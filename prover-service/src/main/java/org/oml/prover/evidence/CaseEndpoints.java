package org.oml.prover.evidence;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.oml.contracts.CaseDossier;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.prover.ProverError;
import org.oml.prover.ProverSettings;
import org.oml.prover.evidence.CaseStore.SentTransaction;
import org.oml.servicekit.identity.Caller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Shows cases to anybody, without what only the court should see first. */
@RestController
final class CaseEndpoints {

  private static final int MOST = 200;

  private final CaseStore cases;
  private final DossierWriter dossiers;
  private final ProverSettings settings;

  CaseEndpoints(CaseStore cases, DossierWriter dossiers, ProverSettings settings) {
    this.cases = cases;
    this.dossiers = dossiers;
    this.settings = settings;
  }

  /**
   * @param courtCase the court's identifier, shown once it is on chain: it would tell the host
   *     which answer is meant
   */
  record View(
      UUID caseId,
      CaseKind kind,
      UUID auditId,
      Bytes32 instanceId,
      Address host,
      CaseState state,
      Bytes32 commitment,
      @Nullable Bytes32 courtCase,
      @Nullable Long committedAt,
      @Nullable String lookup,
      @Nullable Long revealedAt,
      @Nullable Long decidedAt,
      boolean paid,
      @Nullable String failure,
      @Nullable String detail,
      Instant openedAt,
      Instant updatedAt,
      List<SentTransaction> transactions) {}

  record Views(List<View> cases) {}

  @GetMapping("/v1/cases")
  Views all() {
    Map<UUID, List<SentTransaction>> transactions = cases.transactions();
    return new Views(cases.newest(MOST).stream().map(found -> view(found, transactions)).toList());
  }

  @GetMapping("/v1/cases/{caseId}")
  View one(@PathVariable UUID caseId) {
    return cases
        .find(caseId)
        .map(found -> view(found, cases.transactions()))
        .orElseThrow(
            () -> new CodedException(ProverError.CASE_UNKNOWN, "There is no case " + caseId + "."));
  }

  /** A dossier holds the key, which nobody else may learn before the reveal. */
  @GetMapping("/v1/cases/{caseId}/dossier")
  CaseDossier dossier(Caller caller, @PathVariable UUID caseId) {
    caller.requireOneOf(settings.operatorAccounts(), ProverError.NOT_ALLOWED);
    return dossiers.write(caseId);
  }

  private static View view(PenaltyCase found, Map<UUID, List<SentTransaction>> transactions) {
    return new View(
        found.caseId(),
        found.kind(),
        found.auditId(),
        found.instanceId(),
        found.host(),
        found.state(),
        found.commitment(),
        found.revealedAt() == null ? null : found.courtCase(),
        found.committedAt(),
        found.lookup(),
        found.revealedAt(),
        found.decidedAt(),
        found.paid(),
        found.failure(),
        found.detail(),
        found.openedAt(),
        found.updatedAt(),
        transactions.getOrDefault(found.caseId(), List.of()));
  }
}
