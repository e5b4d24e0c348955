package org.oml.prover.panel;

import org.oml.protocol.CodedException;
import org.oml.prover.ProverError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the account's own plans a step further; one that is stuck does not hold up another. */
final class PlanWorker {

  private static final Logger LOG = LoggerFactory.getLogger(PlanWorker.class);

  private final MissingReceipts missing;
  private final PlanStore plans;
  private final PlanSteps steps;

  PlanWorker(MissingReceipts missing, PlanStore plans, PlanSteps steps) {
    this.missing = missing;
    this.plans = plans;
    this.steps = steps;
  }

  /** Makes plans where there is reason to, and takes all of them further. */
  void advance() {
    plans.unfinished().forEach(this::advance);
    missing.look();
  }

  void failed(RuntimeException reason) {
    LOG.warn("Plans cannot be looked at; trying again", reason);
  }

  private void advance(Plan plan) {
    try {
      steps.advance(plan);
    } catch (CodedException e) {
      LOG.info("Plan {} waits: {}", plan.planUuid(), e.getMessage());
      plans.heldUp(plan, e.code().code(), String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      LOG.warn("Plan {} waits", plan.planUuid(), e);
      plans.heldUp(plan, ProverError.STEP_FAILED.code(), "The log of the prover has the cause.");
    }
  }
}
