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
import org.oml.protocol.span.Traces;
import org.oml.protocol.tracing.CodeAnswer;
import org.oml.prover.ProverError;
import org.oml.prover.audit.AuditPlanner.PlannedQuery;
import org.oml.prover.audit.AuditPlanner.Text;
import org.oml.prover.audit.AuditStore.Audit;
import org.oml.prover.audit.AuditStore.Query;
import org.oml.prover.evidence.Cases;
import org.oml.prover.evidence.Finding;
import org.oml.prover.evidence.NamedPermits;
import org.oml.prover.evidence.ReceiptCheck;
import org.oml.prover.instance.ChainRecords;
import org.oml.prover.instance.PublishedInstance;
import org.oml.prover.target.Asker;
import org.oml.prover.target.Outcome;
import org.oml.prover.target.Reply;
import org.oml.prover.target.Reply.Answered;
import org.oml.prover.target.Reply.Unanswered;
import org.oml.prover.target.Target;
import org.oml.prover.target.Transcript;
import org.oml.prover.vault.InstanceSecrets.Secret;
import org.oml.prover.vault.SharedCode;
import org.oml.prover.vault.Vault;

/**
 * Carries out one audit from wherever it stands. Each answer is stored before the next question
 * leaves, so that an audit goes on after the process died.
 */
final class AuditRunner {

  private static final Duration JUDGE_RETRY = Duration.ofSeconds(1);

  private final AuditStore audits;
  private final Vault vault;
  private final Asker asker;
  private final ChainRecords chain;
  private final ReceiptCheck receipts;
  private final KeyJudge judge;
  private final VerdictRule verdicts;
  private final Cases cases;
  private final NamedPermits namedPermits;
  private final TraceJudge traces;
  private final AuditSettings settings;

  AuditRunner(
      AuditStore audits,
      Vault vault,
      Asker asker,
      ChainRecords chain,
      Cases cases,
      NamedPermits namedPermits,
      TraceJudge traces,
      AuditSettings settings) {
    this.audits = audits;
    this.vault = vault;
    this.asker = asker;
    this.chain = chain;
    this.receipts = new ReceiptCheck(chain);
    this.judge = new KeyJudge(receipts);
    this.verdicts = settings.verdicts();
    this.cases = cases;
    this.namedPermits = namedPermits;
    this.traces = traces;
    this.settings = settings;
  }

  /** Goes on until the audit is done. Its trace goes by the audit's id. */
  void run(UUID auditId) throws InterruptedException {
    Traces.beginning(
        auditId,
        "audit",
        () -> {
          goOn(auditId);
          return auditId;
        });
  }

  private void goOn(UUID auditId) throws InterruptedException {
    Audit audit = audits.find(auditId).orElseThrow();
    if (audit.state().equals("ASKING")) {
      askAll(audit);
      audits.allAsked(auditId);
    }
    if (audit.state().equals("DONE")) {
      return;
    }
    if (audit.traces()) {
      trace(audit);
    } else {
      judgePatiently(audit);
    }
  }

  /** Whoever serves a copy owes nobody a receipt, so nothing else is looked at. */
  private void trace(Audit audit) {
    SharedCode code = vault.code(audit.instanceId()).orElseThrow();
    List<CodeAnswer> answers = new ArrayList<>();
    for (Query query : audits.queries(audit.auditId())) {
      if (query.planned().text() == Text.KEY) {
        int secret = query.planned().secret();
        audits
            .transcript(audit, query.planned().position())
            .map(
                transcript ->
                    SymbolReading.of(
                        transcript.answer(),
                        secret,
                        vault.fingerprint(audit.instanceId(), secret).key(),
                        code))
            .ifPresent(answers::add);
      }
    }
    TraceJudge.Naming naming =
        traces.conclude(audit.auditId(), audit.instanceId(), code.code(), answers);
    Verdict verdict =
        naming.isAnybody()
            ? Verdict.TRACED
            : answers.isEmpty() ? Verdict.INCONCLUSIVE : Verdict.NOBODY_NAMED;
    audits.done(
        audit.auditId(),
        new VerdictRule.Decision(verdict, naming.reason(), answers.size()),
        new AuditStore.Counts(0, 0),
        null);
  }

  /** What a target did with a question. */
  private enum Reaction {
    SPOKE,
    SILENT,
    /** It wants to be left alone for longer than an audit waits. */
    GO_AWAY
  }

  /**
   * Once the verdict is clear no further key is spent; the covers are asked all the same, so that
   * the end of an audit tells nothing of its last question.
   */
  private void askAll(Audit audit) throws InterruptedException {
    Target target = audit.target();
    String model = asker.model(target).orElse(audit.model());
    Pace pace = new Pace(audit.requestsPerMinute());
    List<KeyResult> seen = new ArrayList<>();
    Optional<SharedCode> code = vault.code(audit.instanceId());
    int silent = 0;
    boolean unwelcome = false;
    for (Query query : audits.queries(audit.auditId())) {
      PlannedQuery planned = query.planned();
      if (query.outcome() != null) {
        silent = query.isAnswered() ? 0 : silent;
      } else if (unwelcome || silent >= settings.abandonAfter()) {
        audits.unanswered(audit, planned, AuditStore.NOT_ASKED);
      } else if (planned.text() == Text.KEY && !audit.traces() && verdicts.isDecided(seen)) {
        audits.unanswered(audit, planned, AuditStore.NOT_NEEDED);
      } else {
        Thread.sleep(planned.pauseMillis());
        Reaction reaction = ask(audit, target, model, query, pace);
        silent = reaction == Reaction.SPOKE ? 0 : silent + 1;
        unwelcome = reaction == Reaction.GO_AWAY;
      }
      if (planned.text() == Text.KEY) {
        answerTo(audit, planned, code).ifPresent(seen::add);
      }
    }
  }

  private Optional<KeyResult> answerTo(Audit audit, PlannedQuery key, Optional<SharedCode> code) {
    return audits
        .transcript(audit, key.position())
        .map(
            transcript ->
                KeyJudge.compare(transcript, vault.secret(audit.instanceId(), key.secret())))
        .map(result -> among(code, audit, key, result));
  }

  /** Where instances share keys, many have the same response to one. */
  private static KeyResult among(
      Optional<SharedCode> code, Audit audit, PlannedQuery key, KeyResult result) {
    return code.map(shared -> shared.share(key.secret(), audit.instanceId()))
        .map(result::withChanceAtLeast)
        .orElse(result);
  }

  private Reaction ask(Audit audit, Target target, String model, Query query, Pace pace)
      throws InterruptedException {
    PlannedQuery planned = query.planned();
    AuditContext context = AuditContexts.standard().get(planned.context());
    byte[] request = target.request(context, model, text(audit, planned));
    Outcome outcome = Outcome.UNREACHABLE;
    for (int attempt = query.attempts() + 1; attempt <= settings.attempts(); attempt++) {
      pace.await();
      audits.aboutToAsk(audit, planned, attempt);
      Reply reply = Traces.calling("question", () -> asker.ask(target, context.kind(), request));
      switch (reply) {
        case Answered answered -> {
          audits.answered(audit, planned, answered.transcript());
          return Reaction.SPOKE;
        }
        case Unanswered unanswered -> {
          outcome = unanswered.outcome();
          boolean unwelcome = unanswered.retryAfter().compareTo(settings.longestWait()) > 0;
          if (!outcome.worthAnotherTry() || unwelcome) {
            audits.unanswered(audit, planned, outcome.name());
            return unwelcome ? Reaction.GO_AWAY : Reaction.SPOKE;
          }
          if (attempt < settings.attempts() || unanswered.retryAfter().isPositive()) {
            Thread.sleep(pause(attempt, unanswered.retryAfter()));
          }
        }
      }
    }
    audits.unanswered(audit, planned, outcome.name());
    return Reaction.SILENT;
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
        Traces.inside(
            "judge",
            () -> {
              judge(audit);
              return audit;
            });
        return;
      } catch (CodedException e) {
        if (System.nanoTime() > deadline) {
          String reason = e.code().code() + ": " + e.getMessage();
          audits.done(
              audit.auditId(),
              new VerdictRule.Decision(Verdict.INCONCLUSIVE, reason, 0),
              new AuditStore.Counts(0, 0),
              null);
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
    Optional<SharedCode> code = vault.code(audit.instanceId());
    List<KeyResult> results = new ArrayList<>();
    List<Suspicion> suspicions = new ArrayList<>();
    int missing = 0;
    UUID doubleUse = null;
    for (Query query : audits.queries(audit.auditId())) {
      Optional<Transcript> answer = audits.transcript(audit, query.planned().position());
      if (answer.isPresent()) {
        Finding finding = receipts.judge(answer.get(), instance).finding();
        missing += finding == Finding.MISSING ? 1 : 0;
        Optional<UUID> opened =
            finding == Finding.MISSING
                ? Optional.empty()
                : namedPermits.see(
                    audit.auditId(), query.planned().position(), instance, answer.get());
        doubleUse = opened.orElse(doubleUse);
      }
      if (query.planned().text() == Text.KEY) {
        KeyResult result = judge(audit, instance, query, answer, suspicions);
        results.add(among(code, audit, query.planned(), result));
      }
    }
    int matched = (int) results.stream().filter(result -> result.match().isMatch()).count();
    UUID caseId = openCase(audit, instance, suspicions);
    audits.done(
        audit.auditId(),
        verdicts.decide(results),
        new AuditStore.Counts(matched, missing),
        caseId == null ? doubleUse : caseId);
  }

  /** An answer on which a case can be built. */
  private record Suspicion(int position, Transcript transcript, Secret secret, Finding finding) {}

  private KeyResult judge(
      Audit audit,
      PublishedInstance instance,
      Query query,
      Optional<Transcript> answer,
      List<Suspicion> suspicions) {
    int position = query.planned().position();
    if (answer.isEmpty()) {
      return KeyResult.UNANSWERED;
    }
    Secret secret = vault.secret(audit.instanceId(), query.planned().secret());
    KeyResult result = judge.judge(answer.get(), secret, instance);
    audits.judged(audit.auditId(), position, result);
    if (KeyJudge.isEvidence(result)) {
      suspicions.add(new Suspicion(position, answer.get(), secret, result.finding()));
    }
    return result;
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
              suspicion.secret().fingerprint(),
              vault.proof(audit.instanceId(), suspicion.secret().index()));
      if (opened.isPresent()) {
        return opened.get();
      }
    }
    return null;
  }
}
