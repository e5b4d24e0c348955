package org.oml.prover.evidence;

import org.oml.protocol.CodedException;
import org.oml.protocol.span.Traces;
import org.oml.prover.ProverError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes every open case a step further; one case that is stuck does not hold up another. */
final class CaseWorker {

  private static final Logger LOG = LoggerFactory.getLogger(CaseWorker.class);

  private final CaseStore cases;
  private final CaseSteps steps;

  CaseWorker(CaseStore cases, CaseSteps steps) {
    this.cases = cases;
    this.steps = steps;
  }

  /** Takes all of them. */
  void advance() {
    cases.unfinished().forEach(this::advance);
  }

  void failed(RuntimeException reason) {
    LOG.warn("The open cases cannot be read; trying again", reason);
  }

  private void advance(PenaltyCase current) {
    try {
      // In the trace of the audit that found it, of which only what is sent is a step.
      Traces.about(
          current.auditId(),
          () -> {
            steps.advance(current);
            return current;
          });
      if (current.failure() != null) {
        cases.goesOn(current);
      }
    } catch (CodedException e) {
      LOG.info("Case {} waits in {}: {}", current.caseId(), current.state(), e.getMessage());
      heldUp(current, e.code().code(), e.getMessage() == null ? "" : e.getMessage());
    } catch (RuntimeException e) {
      LOG.warn("Case {} waits in {}", current.caseId(), current.state(), e);
      heldUp(current, ProverError.STEP_FAILED.code(), "The log of the prover has the cause.");
    }
  }

  private void heldUp(PenaltyCase current, String failure, String detail) {
    try {
      cases.heldUp(current, failure, detail);
    } catch (RuntimeException e) {
      LOG.warn("Case {}: what holds it up cannot be recorded", current.caseId(), e);
    }
  }
}
