package org.oml.gateway.defence;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.oml.gateway.chain.Node;
import org.oml.gateway.chain.NodeRefusedException;
import org.oml.gateway.chain.Panels;
import org.oml.gateway.chain.Panels.AskState;
import org.oml.gateway.defence.AccusedPlan.Outcome;
import org.oml.gateway.defence.DefenceSteps.Step;
import org.oml.gateway.warning.Warning;
import org.oml.gateway.warning.Warnings;
import org.oml.protocol.Attestation;
import org.oml.protocol.Hex;

/**
 * Answers the hits of a panel's plan, each with the permit under which the host answered the
 * question. In a case N such a question does not count any more; in a case T, where somebody else
 * passed the question on to this host, it is a miss.
 */
final class PlanRebutter {

  /** Transactions of the account that may wait at a time; nodes take few more. */
  private static final int UNDER_WAY = 16;

  private final Panels panels;
  private final HitPermits permits;
  private final PlanFiles files;
  private final Dispatcher dispatcher;
  private final Warnings warnings;
  private final DefenceSteps steps;
  private final long finalityDepth;

  PlanRebutter(
      Panels panels,
      HitPermits permits,
      PlanFiles files,
      Dispatcher dispatcher,
      Warnings warnings,
      DefenceSteps steps,
      long finalityDepth) {
    this.panels = panels;
    this.permits = permits;
    this.files = files;
    this.dispatcher = dispatcher;
    this.warnings = warnings;
    this.steps = steps;
    this.finalityDepth = finalityDepth;
  }

  /**
   * Goes as far as it can without waiting.
   *
   * @param head the chain's latest block
   * @throws IOException when the node does not answer; the next look goes on
   */
  AccusedPlan advance(AccusedPlan plan, Node.Head head) throws IOException {
    boolean over = head.timestamp() > plan.opened().rebuttableUntil();
    return switch (panels.stateOf(plan.planId())) {
      // A reorganisation took its opening away; as a rule it comes again.
      case NONE, COMMITTED -> over ? files.save(plan.with(Outcome.GONE)) : plan;
      case EXPIRED -> files.save(plan.with(Outcome.GONE));
      case ACQUITTED -> acquitted(plan);
      case CONVICTED, PAID -> lose(plan, "The panel court convicted this host.");
      case STOPPED ->
          lose(plan, "The panel court convicted this host; the community stopped the payout.");
      case OPENED -> {
        if (!over) {
          search(plan);
          answer(plan, head);
        }
        yield plan;
      }
    };
  }

  private AccusedPlan acquitted(AccusedPlan plan) throws IOException {
    warnings.raise(
        Warning.CASE_REBUTTED, plan.planId().toString(), "The panel court acquitted this host.");
    return files.save(plan.with(Outcome.ACQUITTED));
  }

  private AccusedPlan lose(AccusedPlan plan, String text) throws IOException {
    warnings.raise(Warning.CASE_LOST, plan.planId().toString(), text);
    return files.save(plan.with(Outcome.LOST));
  }

  /** The journal is looked through once for all hits that are new. */
  private void search(AccusedPlan plan) throws IOException {
    Map<Integer, HitRebuttal> wanted = new HashMap<>();
    List<Attestation> attested = new ArrayList<>();
    for (HitRebuttal each : files.hits(plan.planId())) {
      if (each.isOpen() && each.call().isEmpty() && panels.stateOf(each.hit()) == AskState.HIT) {
        Optional<Attestation> found = panels.attestation(each.hit());
        found.ifPresent(attested::add);
        found.ifPresent(attestation -> wanted.put(each.hit().place(), each));
      }
    }
    for (HitPermits.Found each : permits.find(attested)) {
      HitRebuttal hit = Objects.requireNonNull(wanted.remove(each.place()));
      files.save(hit.withCall(each.call()));
      steps.reached(Step.PERMIT_RECORDED);
    }
    for (HitRebuttal each : wanted.values()) {
      files.save(each.with(HitRebuttal.Outcome.NO_PERMIT));
    }
  }

  private void answer(AccusedPlan plan, Node.Head head) throws IOException {
    int underWay = 0;
    for (HitRebuttal each : files.hits(plan.planId())) {
      if (each.isOpen() && underWay < UNDER_WAY) {
        underWay += answer(each, head) ? 1 : 0;
      }
    }
    List<HitRebuttal> hits = files.hits(plan.planId());
    long without =
        hits.stream().filter(each -> each.outcome() == HitRebuttal.Outcome.NO_PERMIT).count();
    if (without > 0) {
      warn(
          plan,
          "Of "
              + hits.size()
              + " hits of the panel, the journal has no permit for "
              + without
              + ", and nobody else could have it.");
    }
  }

  /**
   * @return whether it is under way and not in a block yet
   */
  private boolean answer(HitRebuttal rebuttal, Node.Head head) throws IOException {
    AskState state = panels.stateOf(rebuttal.hit());
    if (state == AskState.REBUTTED) {
      untilFinal(rebuttal, head);
      return false;
    }
    HitRebuttal current =
        rebuttal.rebuttedSince() == 0 ? rebuttal : files.save(rebuttal.seenRebutted(0));
    if (state == AskState.NONE || current.call().isEmpty()) {
      // A reorganisation took the hit away, or the node does not show what was attested.
      return current.sending().isBegun();
    }
    try {
      Sending sending =
          dispatcher.send(
              current.sending(),
              panels.court(),
              Hex.parse(current.call().orElseThrow()),
              signed -> files.save(current.with(signed)));
      if (dispatcher.isAtHighestFee(sending)) {
        warn(current, "A rebuttal waits, and its fee is the highest that the settings allow.");
      }
      return true;
    } catch (NodeRefusedException e) {
      warn(current, "A rebuttal cannot be sent: " + e.getMessage());
      return current.sending().isBegun();
    }
  }

  private void untilFinal(HitRebuttal rebuttal, Node.Head head) throws IOException {
    if (rebuttal.rebuttedSince() == 0) {
      files.save(rebuttal.seenRebutted(head.number()));
    } else if (head.number() - rebuttal.rebuttedSince() >= finalityDepth) {
      files.save(rebuttal.with(HitRebuttal.Outcome.REBUTTED));
    }
  }

  private void warn(AccusedPlan plan, String text) {
    warnings.raise(Warning.CASE_UNANSWERED, plan.planId().toString(), text);
  }

  private void warn(HitRebuttal rebuttal, String text) {
    warnings.raise(Warning.CASE_UNANSWERED, rebuttal.hit().planId().toString(), text);
  }
}
