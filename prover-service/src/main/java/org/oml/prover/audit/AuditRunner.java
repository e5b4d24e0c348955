package org.oml.prover.audit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.AuditContext;
import org.oml.protocol.AuditContexts;
import org.oml.protocol.CodedException;
import org.oml.protocol.Fingerprint;
import org.oml.prover.ProverError;
import org.oml.prover.audit.AuditPlanner.PlannedQuery;
import org.oml.prover.audit.AuditPlanner.Text;
import org.oml.prover.audit.AuditStore.Audit;
import org.oml.prover.audit.AuditStore.Query;
import org.oml.prover.evidence.Cases;
import org.oml.prover.evidence.Finding;
import org.oml.prover.evidence.Judgement;
import org.oml.prover.evidence.ReceiptCheck;
import org.oml.prover.instance.ChainRecords;
import org.oml.prover.instance.PublishedInstance;
import org.oml.prover.target.Endpoint;
import org.oml.prover.target.OpenAiClient;
import org.oml.prover.target.Outcome;
import org.oml.prover.target.Reply;
import org.oml.prover.target.Reply.Answered;
import org.oml.prover.target.Reply.Unanswered;
import org.oml.prover.target.Transcript;
import org.oml.prover.vault.Vault;

/**
 * Carries out one audit from wherever it stands. Each answer is stored before the next question
 * leaves, so that an audit goes on after the process died.
 */
final class AuditRunner {

  /** The outcome of a query that was given up because nobody answered the ones before. */
  private static final String NOT_ASKED = "NOT_ASKED";

  private static final Duration JUDGE_RETRY = Duration.ofSeconds(1);

  private final AuditStore audits;
  private final Vault vault;
  private final OpenAiClient client;
  private final ChainRecords chain;
  private final ReceiptCheck receipts;
  private final Cases cases;
  private final AuditSettings settings;

  AuditRunner(
      AuditStore audits,
      Vault vault,
      OpenAiClient client,
      ChainRecords chain,
      Cases cases,
      AuditSettings settings) {
    this.audits = audits;
    this.vault = vault;
    this.client = client;
    this.chain = chain;
    this.receipts = new ReceiptCheck(chain);
    this.cases = cases;
    this.settings = settings;
  }

  /** Goes on until the audit is done. */
  void run(UUID auditId) throws InterruptedException {
    Audit audit = audits.find(auditId).orElseThrow();
    if (audit.state().equals("ASKING")) {
      askAll(audit);
      audits.allAsked(auditId);
    }
    judgePatiently(audit);
  }

  private void askAll(Audit audit) throws InterruptedException {
    Endpoint endpoint = Endpoint.parse(audit.endpoint());
    String model = client.model(endpoint).orElse(audit.model());
    int silent = 0;
    for (Query query : audits.queries(audit.auditId())) {
      if (query.outcome() != null) {
        silent = query.isAnswered() ? 0 : silent;
      } else if (silent >= settings.abandonAfter()) {
        audits.unanswered(audit, query.planned(), NOT_ASKED);
      } else {
        Thread.sleep(query.planned().pauseMillis());
        silent = ask(audit, endpoint, model, query) ? 0 : silent + 1;
      }
    }
  }

  /**
   * @return whether the endpoint said anything at all
   */
  private boolean ask(Audit audit, Endpoint endpoint, String model, Query query)
      throws InterruptedException {
    PlannedQuery planned = query.planned();
    AuditContext context = AuditContexts.standard().get(planned.context());
    byte[] request = context.request(model, text(audit, planned));
    Outcome outcome = Outcome.UNREACHABLE;
    for (int attempt = query.attempts() + 1; attempt <= settings.attempts(); attempt++) {
      audits.aboutToAsk(audit, planned);
      Reply reply = client.ask(endpoint, context.kind(), request);
      switch (reply) {
        case Answered answered -> {
          audits.answered(audit, planned, answered.transcript());
          return true;
        }
        case Unanswered unanswered -> {
          outcome = unanswered.outcome();
          if (!outcome.worthAnotherTry()) {
            audits.unanswered(audit, planned, outcome.name());
            return true;
          }
          if (attempt < settings.attempts()) {
            Thread.sleep(pause(attempt, unanswered.retryAfter()));
          }
        }
      }
    }
    audits.unanswered(audit, planned, outcome.name());
    return false;
  }

  private Duration pause(int attempt, Duration asked) {
    Duration pause = settings.firstRetry().multipliedBy(1L << Math.min(attempt - 1, 20));
    Duration bounded =
        pause.compareTo(settings.longestRetry()) < 0 ? pause : settings.longestRetry();
    return bounded.compareTo(asked) > 0 ? bounded : asked;
  }

  private String text(Audit audit, PlannedQuery query) {
    return switch (query.text()) {
      case KEY -> vault.fingerprint(audit.instanceId(), query.secret()).key();
      case COVER -> vault.cover(audit.instanceId(), query.secret());
    };
  }

  private void judgePatiently(Audit audit) throws InterruptedException {
    long deadline = System.nanoTime() + settings.judgePatience().toNanos();
    while (true) {
      try {
        judge(audit);
        return;
      } catch (CodedException e) {
        if (System.nanoTime() > deadline) {
          String reason = e.code().code() + ": " + e.getMessage();
          audits.done(
              audit.auditId(), new VerdictRule.Decision(Verdict.INCONCLUSIVE, reason), 0, null);
          return;
        }
        Thread.sleep(JUDGE_RETRY);
      }
    }
  }

  private void judge(Audit audit) {
    PublishedInstance instance =
        chain
            .instance(audit.instanceId())
            .orElseThrow(
                () ->
                    new CodedException(
                        ProverError.INSTANCE_UNPUBLISHED, "The chain does not have the instance."));
    List<KeyResult> results = new ArrayList<>();
    List<Suspicion> suspicions = new ArrayList<>();
    for (Query query : audits.queries(audit.auditId())) {
      if (query.planned().text() == Text.KEY) {
        results.add(judge(audit, instance, query, suspicions));
      }
    }
    int matched = (int) results.stream().filter(KeyResult::matched).count();
    audits.done(
        audit.auditId(),
        VerdictRule.decide(results),
        matched,
        openCase(audit, instance, suspicions));
  }

  /** An answer on which a case can be built. */
  private record Suspicion(
      int position, Transcript transcript, Fingerprint fingerprint, Finding finding) {}

  private KeyResult judge(
      Audit audit, PublishedInstance instance, Query query, List<Suspicion> suspicions) {
    if (!query.isAnswered()) {
      return new KeyResult(false, false, Finding.MISSING);
    }
    int position = query.planned().position();
    Transcript transcript = audits.transcript(audit, position);
    Fingerprint fingerprint = vault.fingerprint(audit.instanceId(), query.planned().secret());
    boolean matched = Fingerprint.matches(transcript.answer(), fingerprint.response());
    Judgement judgement = receipts.judge(transcript, instance);
    audits.judged(audit.auditId(), position, matched, judgement.finding());
    if (matched && judgement.isEvidence()) {
      suspicions.add(new Suspicion(position, transcript, fingerprint, judgement.finding()));
    }
    return new KeyResult(true, matched, judgement.finding());
  }

  /**
   * Takes the clearest answer to court; an answer whose receipt names no permit at all is clearest.
   */
  private @Nullable UUID openCase(
      Audit audit, PublishedInstance instance, List<Suspicion> suspicions) {
    suspicions.sort(Comparator.comparing(Suspicion::finding));
    for (Suspicion suspicion : suspicions) {
      Optional<UUID> opened =
          cases.open(
              audit.auditId(),
              suspicion.position(),
              instance,
              suspicion.transcript(),
              suspicion.fingerprint(),
              vault.proof(audit.instanceId(), suspicion.fingerprint().index()));
      if (opened.isPresent()) {
        return opened.get();
      }
    }
    return null;
  }
}
