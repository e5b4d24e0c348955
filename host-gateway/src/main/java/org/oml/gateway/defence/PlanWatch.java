package org.oml.gateway.defence;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.oml.gateway.chain.Panels;
import org.oml.gateway.chain.Panels.Hit;
import org.oml.gateway.chain.Panels.OpenedPlan;
import org.oml.gateway.chain.Panels.PlanKind;
import org.oml.gateway.warning.Warning;
import org.oml.gateway.warning.Warnings;
import org.oml.protocol.Bytes32;

/** Finds panels' plans against the instance, and their hits. */
final class PlanWatch {

  private final Panels panels;
  private final Bytes32 instanceId;
  private final BlockScan scan;
  private final PlanFiles files;
  private final Warnings warnings;
  private final DefenceSteps steps;

  PlanWatch(
      Panels panels,
      Bytes32 instanceId,
      BlockScan scan,
      PlanFiles files,
      Warnings warnings,
      DefenceSteps steps) {
    this.panels = panels;
    this.instanceId = instanceId;
    this.scan = scan;
    this.files = files;
    this.warnings = warnings;
    this.steps = steps;
  }

  /** Records the plans and hits up to a block. */
  void look(long head) throws IOException {
    scan.upTo(
        head,
        (from, to) -> {
          for (OpenedPlan each : panels.plansAgainst(instanceId, from, to)) {
            record(each);
          }
          List<Bytes32> open = files.openPlans().stream().map(AccusedPlan::planId).toList();
          if (!open.isEmpty()) {
            for (Hit each : panels.hits(open, from, to)) {
              record(each);
            }
          }
        });
  }

  private void record(OpenedPlan opened) throws IOException {
    Optional<AccusedPlan> known = files.plan(opened.planId());
    if (known.isEmpty()) {
      files.save(AccusedPlan.of(opened));
      steps.reached(DefenceSteps.Step.CASE_RECORDED);
      warnings.raise(
          Warning.CASE_OPENED,
          opened.planId().toString(),
          accusation(opened.kind())
              + " Hits can be rebutted until "
              + Instant.ofEpochSecond(opened.rebuttableUntil())
              + ".");
    } else if (!known.get().opened().equals(opened)
        || known.get().outcome() == AccusedPlan.Outcome.GONE) {
      // A reorganisation brought it again, as a rule at another time.
      files.save(AccusedPlan.of(opened));
    }
  }

  private static String accusation(PlanKind kind) {
    return switch (kind) {
      case N -> "A panel says that this host serves without receipts.";
      case T -> "A panel says that a copy of this host's instance serves elsewhere.";
    };
  }

  private void record(Hit hit) throws IOException {
    Optional<HitRebuttal> known = files.hit(hit);
    if (known.isEmpty()) {
      files.save(HitRebuttal.of(hit));
      steps.reached(DefenceSteps.Step.HIT_RECORDED);
    } else if (!known.get().hit().equals(hit)) {
      files.save(known.get().openedAgain(hit));
    }
  }
}
