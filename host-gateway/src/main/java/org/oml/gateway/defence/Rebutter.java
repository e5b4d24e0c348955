package org.oml.gateway.defence;

import java.io.IOException;
import java.util.Optional;
import org.oml.gateway.chain.Node;
import org.oml.gateway.chain.Node.CaseKind;
import org.oml.gateway.chain.Node.CourtCase;
import org.oml.gateway.chain.NodeRefusedException;
import org.oml.gateway.defence.DefenceSteps.Step;
import org.oml.gateway.defence.Rebuttal.Outcome;
import org.oml.gateway.warning.Warning;
import org.oml.gateway.warning.Warnings;
import org.oml.protocol.IssuedPermit;
import org.oml.protocol.Receipt;

/**
 * Answers one case, a step at a time. Everything is written down before it shows outside. A
 * rebuttal that arrives twice is refused by the court and does no harm.
 */
final class Rebutter {

  private final Node node;
  private final Dispatcher dispatcher;
  private final AnswerFinder answers;
  private final RebuttalFiles files;
  private final Warnings warnings;
  private final DefenceSteps steps;
  private final long finalityDepth;

  Rebutter(
      Node node,
      Dispatcher dispatcher,
      AnswerFinder answers,
      RebuttalFiles files,
      Warnings warnings,
      DefenceSteps steps,
      long finalityDepth) {
    this.node = node;
    this.dispatcher = dispatcher;
    this.answers = answers;
    this.files = files;
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
  Rebuttal advance(Rebuttal rebuttal, Node.Head head) throws IOException {
    CourtCase opened = node.caseOf(rebuttal.caseId());
    return switch (opened.state()) {
      case NONE -> afterItsEnd(rebuttal, head);
      case REVEALED -> answer(rebuttal.seenRebutted(0), opened, head);
      case REBUTTED -> untilFinal(rebuttal, head);
      case CONVICTED, PAID -> lose(rebuttal, "The court convicted this host.");
      case ABSORBED ->
          lose(rebuttal, "Another conviction rests on the same answer; this case took nothing.");
    };
  }

  /** A reorganisation took the case away; as a rule it comes again. */
  private Rebuttal afterItsEnd(Rebuttal rebuttal, Node.Head head) throws IOException {
    boolean over = head.timestamp() > rebuttal.rebuttableUntil();
    return over ? files.save(rebuttal.with(Outcome.GONE)) : rebuttal;
  }

  private Rebuttal untilFinal(Rebuttal rebuttal, Node.Head head) throws IOException {
    if (rebuttal.rebuttedSince() == 0) {
      return files.save(rebuttal.seenRebutted(head.number()));
    }
    if (head.number() - rebuttal.rebuttedSince() < finalityDepth) {
      return rebuttal;
    }
    warnings.raise(Warning.CASE_REBUTTED, rebuttal.caseId().toString(), "The case was rebutted.");
    return files.save(rebuttal.with(Outcome.REBUTTED));
  }

  private Rebuttal lose(Rebuttal rebuttal, String text) throws IOException {
    warnings.raise(Warning.CASE_LOST, rebuttal.caseId().toString(), text);
    return files.save(rebuttal.with(Outcome.LOST));
  }

  private Rebuttal answer(Rebuttal rebuttal, CourtCase opened, Node.Head head) throws IOException {
    if (head.timestamp() > rebuttal.rebuttableUntil()) {
      return rebuttal;
    }
    if (opened.kind() == CaseKind.DOUBLE_USE) {
      warn(rebuttal, "This case shows one permit used twice: nobody can rebut it.");
      return rebuttal;
    }
    if (rebuttal.opened().permitHash().isZero()) {
      warn(rebuttal, "The receipt of this case names no permit: nobody can rebut it.");
      return rebuttal;
    }
    Rebuttal current = withReceipt(rebuttal);
    if (current.receipt().isEmpty()) {
      warn(rebuttal, "Neither journal nor the revealing transaction shows this case's receipt.");
      return current;
    }
    steps.reached(Step.RECEIPT_RECORDED);
    current = withPermit(current, current.receipt().get());
    if (current.permit().isEmpty()) {
      warn(rebuttal, "Neither journal nor permission service has the permit of this case.");
      return current;
    }
    steps.reached(Step.PERMIT_RECORDED);
    try {
      return transact(current, Node.rebuttal(current.receipt().get(), current.permit().get()));
    } catch (NodeRefusedException e) {
      warn(rebuttal, "The rebuttal cannot be sent: " + e.getMessage());
      return current;
    }
  }

  private Rebuttal withReceipt(Rebuttal rebuttal) throws IOException {
    if (rebuttal.receipt().isPresent()) {
      return rebuttal;
    }
    Optional<Receipt> found = answers.receipt(rebuttal.opened());
    return found.isEmpty() ? rebuttal : files.save(rebuttal.withReceipt(found.get()));
  }

  private Rebuttal withPermit(Rebuttal rebuttal, Receipt receipt) throws IOException {
    if (rebuttal.permit().isPresent()) {
      return rebuttal;
    }
    Optional<IssuedPermit> found = answers.permit(receipt);
    return found.isEmpty() ? rebuttal : files.save(rebuttal.withPermit(found.get()));
  }

  private Rebuttal transact(Rebuttal rebuttal, byte[] data) throws IOException {
    Sending sending =
        dispatcher.send(
            rebuttal.sending(), node.court(), data, signed -> files.save(rebuttal.with(signed)));
    if (dispatcher.isAtHighestFee(sending)) {
      warn(rebuttal, "The rebuttal waits, and its fee is the highest that the settings allow.");
    }
    return rebuttal.with(sending);
  }

  private void warn(Rebuttal rebuttal, String text) {
    warnings.raise(Warning.CASE_UNANSWERED, rebuttal.caseId().toString(), text);
  }
}
