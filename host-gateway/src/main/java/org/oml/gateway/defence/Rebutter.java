package org.oml.gateway.defence;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.oml.gateway.chain.Node;
import org.oml.gateway.chain.Node.CaseKind;
import org.oml.gateway.chain.Node.CourtCase;
import org.oml.gateway.chain.NodeRefusedException;
import org.oml.gateway.chain.Sender;
import org.oml.gateway.chain.Sender.Signed;
import org.oml.gateway.defence.DefenceSteps.Step;
import org.oml.gateway.defence.Rebuttal.Outcome;
import org.oml.gateway.warning.Warning;
import org.oml.gateway.warning.Warnings;
import org.oml.protocol.IssuedPermit;
import org.oml.protocol.Receipt;

/**
 * Answers one case, a step at a time. Everything is written down before it shows outside: a
 * transaction is signed, kept, and then sent, so that after a crash the same bytes go out again. A
 * rebuttal that arrives twice is refused by the court and does no harm.
 */
final class Rebutter {

  private final Node node;
  private final Sender sender;
  private final AnswerFinder answers;
  private final RebuttalFiles files;
  private final Warnings warnings;
  private final DefenceSteps steps;
  private final Duration bumpAfter;
  private final long finalityDepth;
  private final InstantSource clock;

  Rebutter(
      Node node,
      Sender sender,
      AnswerFinder answers,
      RebuttalFiles files,
      Warnings warnings,
      DefenceSteps steps,
      Duration bumpAfter,
      long finalityDepth,
      InstantSource clock) {
    this.node = node;
    this.sender = sender;
    this.answers = answers;
    this.files = files;
    this.warnings = warnings;
    this.steps = steps;
    this.bumpAfter = bumpAfter;
    this.finalityDepth = finalityDepth;
    this.clock = clock;
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
    long confirmed = node.nonce(sender.address());
    List<Signed> attempts = rebuttal.attempts();
    Rebuttal current;
    if (attempts.isEmpty() || attempts.getLast().nonce() < confirmed) {
      // Nothing is under way, or another transaction took the nonce and ours will never be mined.
      current = keep(rebuttal, List.of(sender.sign(freeNonce(rebuttal, confirmed), data)));
    } else if (isStuck(rebuttal) && sender.mayRaise(attempts.getLast())) {
      List<Signed> more = new ArrayList<>(attempts);
      more.add(sender.signAgain(attempts.getLast(), data));
      current = keep(rebuttal, more);
    } else {
      if (isStuck(rebuttal)) {
        warn(rebuttal, "The rebuttal waits, and its fee is the highest that the settings allow.");
      }
      current = rebuttal;
    }
    sender.send(current.attempts().getLast());
    steps.reached(Step.TRANSACTION_SENT);
    return current;
  }

  private Rebuttal keep(Rebuttal rebuttal, List<Signed> attempts) throws IOException {
    Rebuttal kept = files.save(rebuttal.withAttempts(attempts, clock.instant().getEpochSecond()));
    steps.reached(Step.TRANSACTION_RECORDED);
    return kept;
  }

  private boolean isStuck(Rebuttal rebuttal) {
    return clock.instant().getEpochSecond() - rebuttal.sentAt() >= bumpAfter.toSeconds();
  }

  /** Behind what the node knows and behind what is kept for other cases and may not be sent yet. */
  private long freeNonce(Rebuttal rebuttal, long confirmed) throws IOException {
    long next = Math.max(confirmed, node.pendingNonce(sender.address()));
    for (Rebuttal other : files.open()) {
      if (!other.caseId().equals(rebuttal.caseId()) && !other.attempts().isEmpty()) {
        long taken = other.attempts().getLast().nonce();
        next = taken >= confirmed ? Math.max(next, taken + 1) : next;
      }
    }
    return next;
  }

  private void warn(Rebuttal rebuttal, String text) {
    warnings.raise(Warning.CASE_UNANSWERED, rebuttal.caseId().toString(), text);
  }
}
