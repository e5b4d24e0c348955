package org.oml.prover.panel;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.oml.contracts.PanelPlan;
import org.oml.protocol.Address;
import org.oml.protocol.CodedException;
import org.oml.protocol.Fingerprint;
import org.oml.protocol.Keccak;
import org.oml.prover.ProverError;
import org.oml.prover.panel.PanelChain.Answers;
import org.oml.prover.panel.PanelChain.Panel;
import org.oml.prover.panel.PanelChain.Trial;
import org.oml.prover.panel.Plan.Question;
import org.oml.prover.vault.Vault;

/**
 * Takes a plan one step further. Where it stands the court is asked each time, so that it does not
 * matter what the last process did before it died, or what a reorganisation took away; a step that
 * is done twice is done once.
 */
final class PlanSteps {

  private final PlanStore plans;
  private final SentSteps sent;
  private final PlanMaker maker;
  private final Vault vault;
  private final PanelChain chain;

  PlanSteps(PlanStore plans, SentSteps sent, PlanMaker maker, Vault vault, PanelChain chain) {
    this.plans = plans;
    this.sent = sent;
    this.maker = maker;
    this.vault = vault;
    this.chain = chain;
  }

  /**
   * Does what can be done now. What fails for want of somebody else is tried again the next time.
   *
   * @throws CodedException when somebody else is wanting
   */
  void advance(Plan plan) {
    Trial trial = chain.trial(plan.planId());
    if (trial.state() != TrialState.NONE && !trial.prover().equals(chain.account())) {
      finish(plan, ProverError.ANOTHER_WAS_FIRST, "Somebody copied the commitment.");
      return;
    }
    plans.seen(plan, trial.state());
    switch (trial.state()) {
      case NONE -> commit(plan);
      case COMMITTED -> {
        remember(plan, "COMMIT", chain.commitment(plan.planId()));
        convene(plan);
      }
      case OPENED -> {
        remember(plan, "OPEN", chain.opening(plan.planId()));
        prosecute(plan, trial);
      }
      case CONVICTED -> pay(plan, trial);
      case PAID, ACQUITTED, STOPPED -> collect(plan);
      case EXPIRED ->
          finish(plan, ProverError.PLAN_EXPIRED, "The panel did not convince; the bond is lost.");
    }
  }

  private void commit(Plan plan) {
    if (!chain.isBondReady()) {
      return;
    }
    Sent sent = sent(plan, "COMMIT", chain.commitPlan(plan.planId()));
    if (sent.failure() != null && sent.failure().startsWith("ProversTooFew")) {
      throw new CodedException(ProverError.PROVERS_TOO_FEW, sent.failure());
    }
    if (sent.failure() != null) {
      finish(plan, ProverError.COMMIT_FAILED, sent.failure());
    }
  }

  private void convene(Plan plan) {
    Panel panel = chain.panel(plan.planId());
    if (!panel.isDrawn()) {
      draw(plan);
      return;
    }
    PanelChain.Head head = chain.head();
    plans.drawn(plan.planUuid(), panel.members(), head.number());
    if (head.time() <= panel.answerUntil()) {
      return;
    }
    punishSilence(plan, panel, head.time());
    long openUntil = panel.revealUntil() + chain.rules().openTime();
    if (head.time() > openUntil) {
      sent(plan, "EXPIRE", chain.expire(plan.planId()));
    } else if (head.time() > panel.revealUntil() || isAllRevealed(plan, panel)) {
      open(plan);
    }
  }

  /** Whoever draws, and whenever, draws the same; somebody else may be first. */
  private void draw(Plan plan) {
    if (chain.isSeedGone(plan.planId())) {
      sent(plan, "EXPIRE", chain.expire(plan.planId()));
    } else {
      sent(plan, "DRAW", chain.draw(plan.planId()));
    }
  }

  /** Nobody is named, and no stake locked, by a plan that would not convict. */
  private void open(Plan plan) {
    List<Hit> hits = hits(plan);
    if (convinces(plan, hits)) {
      requireAccepted(
          sent(plan, "OPEN", chain.openPlan(plan.planId(), maker.forCourt(plan), plan.nonce())));
    }
  }

  /** Everything that members committed to is on chain, and here. */
  private boolean isAllRevealed(Plan plan, Panel panel) {
    int committed = 0;
    for (Address member : panel.members()) {
      Answers answers = chain.answers(plan.planId(), member);
      if (answers.isIncomplete()) {
        return false;
      }
      committed += answers.count();
    }
    return committed > 0 && plans.answers(plan).size() == committed;
  }

  /** Somebody else may be first: then there is nothing left to punish. */
  private void punishSilence(Plan plan, Panel panel, long now) {
    if (now <= panel.revealUntil()) {
      return;
    }
    for (Address member : panel.members()) {
      Answers answers = chain.answers(plan.planId(), member);
      if (answers.isIncomplete() && !answers.punished()) {
        sent(plan, "SILENCE", chain.punishSilence(plan.planId(), member));
      }
    }
  }

  private void prosecute(Plan plan, Trial trial) {
    long now = chain.head().time();
    punishSilence(plan, chain.panel(plan.planId()), now);
    if (now <= trial.openUntil()) {
      openHits(plan);
    } else if (now > trial.rebuttableUntil()) {
      requireAccepted(sent(plan, "DECIDE", chain.decide(plan.planId())));
    }
  }

  private void openHits(Plan plan) {
    PanelPlan made = maker.forCourt(plan);
    String refused = null;
    for (Hit hit : hits(plan)) {
      if (!chain.isOpened(plan.planId(), hit.question().place())) {
        Sent sent =
            sent(
                plan,
                "ASK",
                chain.openAsk(
                    hit.answer().attestation(),
                    made.opening(
                        hit.question().place(),
                        vault.proof(plan.instanceId(), hit.question().secret()),
                        hit.answer().answer())));
        refused = sent.failure() == null ? refused : sent.failure();
      }
    }
    if (refused != null) {
      plans.heldUp(plan, ProverError.REVEAL_FAILED.code(), refused);
    }
  }

  private void pay(Plan plan, Trial trial) {
    if (chain.head().time() >= trial.decidedAt() + chain.rules().payoutDelay()) {
      requireAccepted(sent(plan, "PAYOUT", chain.payout(plan.planId())));
    }
  }

  /** The court owes to the account as a whole, so that one collection may serve several plans. */
  private void collect(Plan plan) {
    Sent sent = chain.collect(plan.planId());
    if (sent == null) {
      plans.finish(plan, null, null);
      return;
    }
    sent(plan, "COLLECT", sent);
    String failure = sent.failure();
    if (failure != null && !failure.startsWith("NothingOwed")) {
      finish(plan, ProverError.COLLECT_FAILED, failure);
    } else if (failure != null || sent.done()) {
      plans.finish(plan, null, null);
    }
  }

  /** A revealed answer that is the fingerprint's. */
  private record Hit(Question question, AttestedAnswer answer) {}

  private List<Hit> hits(Plan plan) {
    Map<Integer, Question> questions = new HashMap<>();
    plans.questions(plan.planUuid()).forEach(each -> questions.put(each.place(), each));
    List<Hit> hits = new ArrayList<>();
    for (AttestedAnswer answer : plans.answers(plan)) {
      Question question = Objects.requireNonNull(questions.get(answer.place()));
      if (isHit(plan, question, answer)) {
        hits.add(new Hit(question, answer));
      }
    }
    return hits;
  }

  private boolean isHit(Plan plan, Question question, AttestedAnswer answer) {
    Fingerprint fingerprint = vault.fingerprint(plan.instanceId(), question.secret());
    return Keccak.of(fingerprint.key()).equals(answer.attestation().keyHash())
        && Fingerprint.matches(answer.answer(), fingerprint.response())
        && (plan.kind() == PanelKind.T || answer.attestation().missingReceipt())
        && chain.attested(plan.planId(), answer.place()).equals(answer.attestation().structHash());
  }

  private boolean convinces(Plan plan, List<Hit> hits) {
    long members = hits.stream().map(hit -> hit.answer().attestation().prover()).distinct().count();
    int weight = hits.stream().mapToInt(hit -> hit.question().weight()).sum();
    return members >= chain.rules().quorum()
        && weight >= plan.threshold()
        && chain.isEnough(hits.size(), plans.questions(plan.planUuid()).size());
  }

  private Sent sent(Plan plan, String step, Sent made) {
    this.sent.add(plan.planId(), chain.account(), step, made.hash());
    return made;
  }

  /** The process that sent it may have died before it was written down. */
  private void remember(Plan plan, String step, Optional<String> hash) {
    sent.add(plan.planId(), chain.account(), step, hash.orElse(null));
  }

  private static void requireAccepted(Sent sent) {
    @Nullable String failure = sent.failure();
    if (failure != null) {
      throw new CodedException(ProverError.FINALISE_FAILED, failure);
    }
  }

  private void finish(Plan plan, ProverError error, String detail) {
    plans.finish(plan, error.code(), detail);
  }
}
