package org.oml.prover.panel;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.oml.contracts.PanelAnswers;
import org.oml.contracts.PanelPlan;
import org.oml.protocol.Address;
import org.oml.protocol.Attestation;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.Keccak;
import org.oml.prover.ProverError;
import org.oml.prover.panel.PanelChain.Answers;
import org.oml.prover.panel.PanelChain.Panel;
import org.oml.prover.panel.Plan.Question;
import org.oml.prover.vault.Vault;

/**
 * What members of panels get and bring. A member gets its own questions alone, without the
 * responses, once the draw is final; what it brings must be what it committed to on chain.
 */
final class PlanDesk {

  private final PlanStore plans;
  private final Vault vault;
  private final PanelChain chain;
  private final int finalityDepth;

  PlanDesk(PlanStore plans, Vault vault, PanelChain chain, int finalityDepth) {
    this.plans = plans;
    this.vault = vault;
    this.chain = chain;
    this.finalityDepth = finalityDepth;
  }

  /** Plans that wait for a member. */
  List<Bytes32> waitingFor(Address member) {
    long head = chain.head().number();
    return plans.unfinished().stream()
        .filter(plan -> plan.state() == TrialState.COMMITTED && plan.panel().contains(member))
        .filter(plan -> isSettled(plan, head))
        .map(Plan::planId)
        .toList();
  }

  /**
   * A member's questions; its keys are spent from then on.
   *
   * @throws CodedException {@link ProverError#PLAN_UNKNOWN}, or {@link ProverError#PANEL_NOT_YOURS}
   *     for anybody but a member in its time
   */
  AskedPlan questions(Bytes32 planId, Address member) {
    Plan plan = plan(planId);
    Panel panel = chain.panel(planId);
    int place = requirePlace(panel, member);
    PanelChain.Head head = chain.head();
    boolean settled = plan.panel().equals(panel.members()) && isSettled(plan, head.number());
    if (plan.finished() || !settled || head.time() > panel.answerUntil()) {
      throw notYours("The panel does not ask now.");
    }
    int size = panel.members().size();
    List<Question> own =
        plans.questions(plan.planUuid()).stream()
            .filter(question -> question.place() % size == place)
            .toList();
    plans.handOut(plan, own);
    return new AskedPlan(
        1,
        plan.kind(),
        planId,
        plan.instanceId(),
        plan.endpoint(),
        plan.dialect(),
        own.stream().map(question -> item(plan, question)).toList(),
        covers(plan, place, size));
  }

  /** A reorganisation that draws another panel would leave the keys with the wrong members. */
  private boolean isSettled(Plan plan, long head) {
    return plan.panelBlock() != null && head >= plan.panelBlock() + finalityDepth;
  }

  private AskedPlan.Item item(Plan plan, Question question) {
    return new AskedPlan.Item(
        question.place(), vault.fingerprint(plan.instanceId(), question.secret()).key());
  }

  private List<String> covers(Plan plan, int place, int size) {
    List<String> own = new ArrayList<>();
    for (int i = place; i < plan.covers().size(); i += size) {
      own.add(vault.cover(plan.instanceId(), plan.covers().get(i)));
    }
    return own;
  }

  /**
   * Takes what a member was answered, when nobody can commit to anything any more.
   *
   * @throws CodedException {@link ProverError#ANSWERS_REFUSED} for what is not exactly what the
   *     member committed to
   */
  void take(Bytes32 planId, Address member, List<AttestedAnswer> answers) {
    Plan plan = plan(planId);
    Panel panel = chain.panel(planId);
    int place = requirePlace(panel, member);
    if (chain.head().time() <= panel.answerUntil()) {
      throw notYours("Others may still commit to their answers.");
    }
    Answers committed = chain.answers(planId, member);
    require(!answers.isEmpty() && answers.size() == committed.count(), "number");
    List<PanelAnswers.Answer> leaves = answers.stream().map(AttestedAnswer::committed).toList();
    require(new PanelAnswers(leaves).root().equals(committed.root()), "root");
    Map<Integer, Question> own = new HashMap<>();
    for (Question question : plans.questions(plan.planUuid())) {
      if (question.place() % panel.members().size() == place) {
        own.put(question.place(), question);
      }
    }
    for (AttestedAnswer answer : answers) {
      requireSound(plan, member, own.remove(answer.place()), answer);
    }
    plans.take(plan, answers);
  }

  private void requireSound(
      Plan plan,
      Address member,
      @org.jspecify.annotations.Nullable Question question,
      AttestedAnswer answer) {
    require(question != null, "place");
    Attestation attested = answer.attestation();
    require(attested.planId().equals(plan.planId()), "planId");
    require(attested.prover().equals(member), "prover");
    require(attested.targetHash().equals(PanelPlan.targetHash(plan.endpoint())), "targetHash");
    require(
        question != null
            && attested
                .keyHash()
                .equals(Keccak.of(vault.fingerprint(plan.instanceId(), question.secret()).key())),
        "keyHash");
    require(
        attested.answerPrefixHash().equals(PanelAnswers.answerPrefixHash(answer.answer())),
        "answerPrefixHash");
    require(chain.signer(attested, answer.signature()).equals(member), "signature");
  }

  private Plan plan(Bytes32 planId) {
    return plans
        .byPlanId(planId)
        .orElseThrow(
            () -> new CodedException(ProverError.PLAN_UNKNOWN, "There is no plan " + planId + "."));
  }

  private static int requirePlace(Panel panel, Address member) {
    int place = panel.members().indexOf(member);
    if (place < 0) {
      throw notYours("The account " + member + " is not on the panel.");
    }
    return place;
  }

  private static CodedException notYours(String detail) {
    return new CodedException(ProverError.PANEL_NOT_YOURS, detail);
  }

  private static void require(boolean holds, String part) {
    if (!holds) {
      throw new CodedException(
          ProverError.ANSWERS_REFUSED,
          "The answers do not fit the plan or the commitment: " + part);
    }
  }
}
