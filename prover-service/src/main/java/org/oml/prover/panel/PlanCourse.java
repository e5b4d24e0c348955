package org.oml.prover.panel;

import java.util.List;
import org.oml.protocol.Address;
import org.oml.prover.panel.PanelChain.Answers;
import org.oml.prover.panel.PanelChain.Panel;
import org.oml.prover.panel.PanelChain.Trial;

/**
 * How a plan goes, as the contracts have it; times in seconds of the chain, 0 before they are
 * known.
 *
 * @param answerUntil when members can commit to answers no more
 * @param revealUntil when they can reveal them no more
 * @param openUntil when the plan can be opened no more
 * @param rebuttableUntil when nobody can acquit the host any more
 * @param hits that the court has seen
 * @param members in the order of their places; empty before the draw
 * @param head the newest block
 * @param events in final blocks, whoever caused them, in the chain's order
 */
record PlanCourse(
    long committedAt,
    long drawnAt,
    long answerUntil,
    long revealUntil,
    long openUntil,
    long rebuttableUntil,
    long decidedAt,
    int hits,
    List<Member> members,
    long head,
    List<PanelEvent> events) {

  /**
   * What a member has done.
   *
   * @param committedAt when it committed to its answers
   * @param answers that it committed to
   * @param revealed of these
   * @param punished whether it lost its bond over this panel
   */
  record Member(Address member, long committedAt, int answers, int revealed, boolean punished) {}

  static PlanCourse of(Plan plan, PanelChain chain, List<PanelEvent> events) {
    Trial trial = chain.trial(plan.planId());
    Panel panel = chain.panel(plan.planId());
    return new PlanCourse(
        trial.committedAt(),
        panel.drawnAt(),
        panel.answerUntil(),
        panel.revealUntil(),
        trial.openUntil(),
        trial.rebuttableUntil(),
        trial.decidedAt(),
        trial.hits(),
        panel.members().stream().map(member -> member(plan, member, chain)).toList(),
        chain.head().number(),
        events);
  }

  private static Member member(Plan plan, Address member, PanelChain chain) {
    Answers answers = chain.answers(plan.planId(), member);
    return new Member(
        member, answers.committedAt(), answers.count(), answers.revealed(), answers.punished());
  }
}
