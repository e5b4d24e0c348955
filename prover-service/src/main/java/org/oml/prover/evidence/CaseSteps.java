package org.oml.prover.evidence;

import java.util.List;
import java.util.Optional;
import org.oml.protocol.CodedException;
import org.oml.protocol.Receipt;
import org.oml.prover.ProverError;
import org.oml.prover.evidence.Court.Sent;
import org.oml.prover.evidence.Court.Standing;
import org.oml.prover.evidence.Court.Step;
import org.oml.prover.evidence.Court.Verdict;
import org.oml.prover.instance.ChainRecords;
import org.oml.prover.instance.PublishedInstance;

/**
 * Takes a case one step further. The chain is asked first in every state, so that it does not
 * matter what the last process did before it died; a step that is done twice is done once.
 */
final class CaseSteps {

  private final CaseStore cases;
  private final Court court;
  private final ChainRecords chain;
  private final PermitLookup permissionService;
  private final Coverage permits;

  CaseSteps(CaseStore cases, Court court, ChainRecords chain, PermitLookup permissionService) {
    this.cases = cases;
    this.court = court;
    this.chain = chain;
    this.permissionService = permissionService;
    this.permits = new Coverage(chain);
  }

  /**
   * Does what can be done now. What fails for want of somebody else is tried again the next time.
   *
   * @throws CodedException when somebody else is wanting
   */
  void advance(PenaltyCase current) {
    switch (current.state()) {
      case COMMITTING -> commit(current);
      case COMMITTED -> lookUp(current);
      case REVEALING -> reveal(current);
      case REVEALED -> awaitRebuttal(current);
      case FINALISING -> finalise(current);
      case CONVICTED -> claim(current);
      case REBUTTED -> collect(current);
      case WITHDRAWN, FAILED -> {}
    }
  }

  private void commit(PenaltyCase current) {
    Optional<Long> committedAt = court.committedAt(current.commitment());
    if (committedAt.isEmpty() && !mayCommit(current)) {
      return;
    }
    Sent sent = court.commit(current.caseId(), current.commitment());
    cases.sent(current.caseId(), Step.COMMIT, sent.hash());
    if (sent.failure() != null) {
      fail(current, ProverError.COMMIT_FAILED, sent.failure());
    } else if (sent.done() && committedAt.isPresent()) {
      cases.committed(current, committedAt.get());
    }
  }

  private boolean mayCommit(PenaltyCase current) {
    Claim claim = cases.claim(current);
    long now = court.now();
    if (now > claim.earliestServedAt() + instance(current).maximumEvidenceAge()) {
      fail(current, ProverError.EVIDENCE_TOO_OLD, "The answer is too old for a new case.");
      return false;
    }
    // A commitment in a block that is older than the answer would count for nothing.
    return now >= claim.latestServedAt() && court.isBondReady();
  }

  private void lookUp(PenaltyCase current) {
    if (current.committedAt() == null) {
      throw new IllegalStateException("a committed case has the time of its commitment");
    }
    long now = court.now();
    if (now > current.committedAt() + court.times().revealMaximum()) {
      fail(current, ProverError.REVEAL_EXPIRED, "The time for the reveal ran out.");
    } else if (current.lookup() == null && cases.claim(current) instanceof Evidence evidence) {
      // Two receipts on one permit accuse whatever was paid; nobody need be asked.
      decide(current, evidence.receipt());
    } else if (now >= current.committedAt() + court.times().revealMinimum()) {
      cases.move(current, CaseState.REVEALING);
    }
  }

  private void decide(PenaltyCase current, Receipt receipt) {
    List<String> found = permissionService.permitsFor(receipt.queryHash());
    long now = court.now();
    if (found.stream().anyMatch(permit -> permits.covers(permit, receipt))) {
      cases.lookedUp(current, "FOUND", found, now);
      cases.end(current, CaseState.WITHDRAWN, null, "The permission service has the permit.");
    } else {
      cases.lookedUp(current, found.isEmpty() ? "NONE" : "NOT_COVERING", found, now);
    }
  }

  private void reveal(PenaltyCase current) {
    Standing standing = court.standing(current.courtCase());
    if (standing.verdict() != Verdict.NONE && !standing.ours()) {
      fail(
          current,
          ProverError.ANOTHER_WAS_FIRST,
          "The court has this receipt from another prover.");
      return;
    }
    if (standing.verdict() == Verdict.NONE
        && current.committedAt() != null
        && court.now() > current.committedAt() + court.times().revealMaximum()) {
      fail(current, ProverError.REVEAL_EXPIRED, "The time for the reveal ran out.");
      return;
    }
    Sent sent = court.reveal(current.caseId(), cases.claim(current), current.nonce());
    cases.sent(current.caseId(), Step.REVEAL, sent.hash());
    if (sent.failure() != null) {
      fail(current, ProverError.REVEAL_FAILED, sent.failure());
    } else if (sent.done() && standing.verdict() != Verdict.NONE) {
      cases.revealed(current, standing.revealedAt());
    }
  }

  private void awaitRebuttal(PenaltyCase current) {
    Standing standing = court.standing(current.courtCase());
    switch (standing.verdict()) {
      case NONE -> cases.move(current, CaseState.REVEALING);
      case REBUTTED -> rebutted(current);
      case CONVICTED, PAID -> convicted(current, standing);
      case REVEALED -> {
        if (court.now() > standing.revealedAt() + instance(current).disputeWindow()) {
          cases.move(current, CaseState.FINALISING);
        }
      }
    }
  }

  private void finalise(PenaltyCase current) {
    Standing standing = court.standing(current.courtCase());
    switch (standing.verdict()) {
      case NONE -> cases.move(current, CaseState.REVEALING);
      case REBUTTED -> rebutted(current);
      case CONVICTED, PAID -> convicted(current, standing);
      case REVEALED -> {
        Sent sent = court.finalise(current.caseId(), current.courtCase());
        cases.sent(current.caseId(), Step.FINALISE, sent.hash());
        if (sent.failure() != null
            && court.standing(current.courtCase()).verdict() == Verdict.REVEALED) {
          fail(current, ProverError.FINALISE_FAILED, sent.failure());
        }
      }
    }
  }

  private void convicted(PenaltyCase current, Standing standing) {
    remember(current, Step.FINALISE);
    cases.convicted(current, standing.finalisedAt());
  }

  /** The process that sent it may have died before it was written down. */
  private void remember(PenaltyCase current, Step step) {
    cases.sent(current.caseId(), step, court.sent(current.caseId(), step).orElse(null));
  }

  private void claim(PenaltyCase current) {
    Standing standing = court.standing(current.courtCase());
    if (standing.verdict() == Verdict.PAID) {
      remember(current, Step.PAYOUT);
      collect(current);
    } else if (court.now() >= standing.finalisedAt() + court.times().payoutDelay()) {
      Sent sent = court.payout(current.caseId(), current.courtCase());
      cases.sent(current.caseId(), Step.PAYOUT, sent.hash());
      if (sent.failure() != null
          && court.standing(current.courtCase()).verdict() == Verdict.CONVICTED) {
        giveUp(current, ProverError.PAYOUT_FAILED, sent.failure());
      }
    }
  }

  /**
   * Bond and reward are owed by the court to the account as a whole, so one collection may serve
   * several cases.
   */
  private void collect(PenaltyCase current) {
    Optional<Sent> sent = court.collect(current.caseId());
    sent.ifPresent(made -> cases.sent(current.caseId(), Step.COLLECT, made.hash()));
    String failure = sent.map(Sent::failure).orElse(null);
    if (failure != null && !failure.startsWith("NothingOwed")) {
      giveUp(current, ProverError.COLLECT_FAILED, failure);
    } else if (sent.isEmpty() || sent.get().done() || failure != null) {
      // Where nothing is owed any more, another case's collection took it along.
      remember(current, Step.COLLECT);
      cases.paid(current);
    }
  }

  private void giveUp(PenaltyCase current, ProverError error, String detail) {
    cases.givenUp(current, error.code(), detail);
  }

  private void rebutted(PenaltyCase current) {
    cases.end(current, CaseState.REBUTTED, null, "Somebody showed the court the permit.");
  }

  private void fail(PenaltyCase current, ProverError error, String detail) {
    cases.end(current, CaseState.FAILED, error.code(), detail);
  }

  private PublishedInstance instance(PenaltyCase current) {
    return chain
        .instance(current.instanceId())
        .orElseThrow(
            () ->
                new CodedException(
                    ProverError.INSTANCE_UNPUBLISHED, "The chain does not have the instance."));
  }
}
