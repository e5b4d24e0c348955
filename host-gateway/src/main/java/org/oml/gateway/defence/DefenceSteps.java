package org.oml.gateway.defence;

/**
 * Told at every step of a defence, when it is on the disk. The crash tests end the process there.
 */
@FunctionalInterface
public interface DefenceSteps {

  /** What has just become durable or visible. */
  enum Step {
    CASE_RECORDED,
    HIT_RECORDED,
    RECEIPT_RECORDED,
    PERMIT_RECORDED,
    TRANSACTION_RECORDED,
    TRANSACTION_SENT
  }

  void reached(Step step);
}
