package org.oml.prover.panel;

import java.util.ArrayList;
import java.util.List;
import org.oml.platform.fixture.DeathPoint.Where;
import org.oml.platform.fixture.Deaths;
import org.oml.protocol.Bytes32;

/**
 * Where the prover of a plan and a member of its panel can die, from the reason for the plan to the
 * reward: at each row that they write.
 */
final class PanelDeaths {

  /** What is done between two moments of the chain for which all wait. */
  enum Phase {
    MAKER_PLANS,
    MEMBER_ASKS,
    MAKER_COLLECTS_ANSWERS,
    MEMBER_REVEALS,
    MAKER_OPENS,
    MAKER_IS_PAID,
    MEMBER_IS_PAID
  }

  /** How many of all are drawn in a build. */
  private static final int IN_A_BUILD = 2;

  private record Death(Phase phase, Where where) {}

  private final List<Death> deaths;

  private PanelDeaths(List<Death> deaths) {
    this.deaths = deaths;
  }

  static PanelDeaths drawn(Bytes32 instanceId) {
    return new PanelDeaths(Deaths.drawn(all(instanceId), IN_A_BUILD));
  }

  List<Where> of(Phase phase) {
    return deaths.stream().filter(death -> death.phase() == phase).map(Death::where).toList();
  }

  private static List<Death> all(Bytes32 instanceId) {
    String ofPlan = "new.instance_id = '\\x" + instanceId.toString().substring(2) + "'::bytea";
    List<Death> all = new ArrayList<>();
    add(all, Phase.MAKER_PLANS, "panel_plan", ofPlan);
    add(all, Phase.MAKER_PLANS, "chain_intent", "new.intent_key like 'panel/%/commit'");
    add(all, Phase.MAKER_PLANS, "panel_plan", ofPlan + " and new.state = 'COMMITTED'");
    add(all, Phase.MAKER_PLANS, "panel_plan", ofPlan + " and new.panel is not null");
    add(all, Phase.MAKER_PLANS, "panel_question", "new.handed_at is not null");
    add(all, Phase.MEMBER_ASKS, "panel_seat", "new.state = 'ASKING'");
    add(all, Phase.MEMBER_ASKS, "panel_ask", "new.attempts = 1");
    add(all, Phase.MEMBER_ASKS, "panel_ask", "new.answer is not null");
    add(all, Phase.MEMBER_ASKS, "panel_seat", "new.state = 'COMMITTING'");
    add(all, Phase.MEMBER_ASKS, "chain_intent", "new.intent_key like 'panel/%/answers'");
    add(all, Phase.MEMBER_ASKS, "panel_seat", "new.state = 'REVEALING'");
    add(all, Phase.MAKER_COLLECTS_ANSWERS, "panel_question", "new.answer is not null");
    add(all, Phase.MEMBER_REVEALS, "chain_intent", "new.intent_key like 'panel/%/reveal/%'");
    add(all, Phase.MEMBER_REVEALS, "panel_seat", "new.state = 'REVEALED'");
    add(all, Phase.MAKER_OPENS, "chain_intent", "new.intent_key like 'panel/%/open'");
    add(all, Phase.MAKER_OPENS, "panel_plan", ofPlan + " and new.state = 'OPENED'");
    add(all, Phase.MAKER_OPENS, "chain_intent", "new.intent_key like 'panel/%/ask/%'");
    add(all, Phase.MAKER_IS_PAID, "chain_intent", "new.intent_key like 'panel/%/decide'");
    add(all, Phase.MAKER_IS_PAID, "panel_plan", ofPlan + " and new.state = 'CONVICTED'");
    add(all, Phase.MAKER_IS_PAID, "chain_intent", "new.intent_key like 'panel/%/payout'");
    add(all, Phase.MAKER_IS_PAID, "panel_plan", ofPlan + " and new.state = 'PAID'");
    add(all, Phase.MAKER_IS_PAID, "chain_intent", "new.intent_key like 'panel/%/collect'");
    add(all, Phase.MAKER_IS_PAID, "panel_plan", ofPlan + " and new.finished");
    add(all, Phase.MEMBER_IS_PAID, "chain_intent", "new.intent_key like 'panel/%/collect'");
    add(all, Phase.MEMBER_IS_PAID, "panel_seat", "new.state = 'DONE'");
    return all;
  }

  private static void add(List<Death> all, Phase phase, String table, String condition) {
    all.add(new Death(phase, new Where(table, condition)));
  }
}
