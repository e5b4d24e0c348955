package org.oml.prover.evidence;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;

/**
 * A court that goes by the contract's rules: each step takes effect once, a moment after it was
 * sent. At one of its calls, before or behind its effect, it kills whoever calls.
 */
final class LivingCourt implements Court {

  /** The end of a process. No code of the prover catches it. */
  static final class Killed extends Error {

    private static final long serialVersionUID = 1L;
  }

  final List<Step> done = new ArrayList<>();
  int calls;

  private int dying;
  private long now = 1_000;
  private long committedAt;
  private long revealedAt;
  private long finalisedAt;
  private Verdict verdict = Verdict.NONE;
  private boolean owes;

  /**
   * @param dying at which call the caller dies; odd ones before the effect, even ones behind it
   */
  LivingCourt(int dying) {
    this.dying = dying;
  }

  /** Lets a process work until nothing is left to do. */
  void live(Runnable round, BooleanSupplier more) {
    while (more.getAsBoolean()) {
      round.run();
      now += 7;
      if (now > 5_000) {
        throw new AssertionError("The case does not end: " + done);
      }
    }
  }

  void resurrect() {
    dying = -1;
  }

  private void call() {
    if (++calls == dying) {
      throw new Killed();
    }
  }

  @Override
  public Times times() {
    return FakeCourt.TIMES;
  }

  @Override
  public long now() {
    call();
    return now;
  }

  @Override
  public Parties parties() {
    return new Parties(BigInteger.ONE, Address.ZERO, Address.ZERO);
  }

  @Override
  public Optional<Inclusion> inclusion(Bytes32 transaction) {
    return Optional.empty();
  }

  @Override
  public Bytes32 commitment(Claim claim, Bytes32 nonce) {
    return nonce;
  }

  @Override
  public Optional<Long> committedAt(Bytes32 commitment) {
    call();
    return committedAt == 0 ? Optional.empty() : Optional.of(committedAt);
  }

  @Override
  public Standing standing(Bytes32 courtCase) {
    call();
    return new Standing(verdict, true, revealedAt, finalisedAt);
  }

  @Override
  public boolean isBondReady() {
    call();
    return true;
  }

  @Override
  public Optional<String> sent(UUID caseId, Step step) {
    return done.contains(step) ? Optional.of("0x" + step) : Optional.empty();
  }

  @Override
  public Sent commit(UUID caseId, Bytes32 commitment) {
    return send(Step.COMMIT, () -> committedAt = now);
  }

  @Override
  public Sent reveal(UUID caseId, Claim claim, Bytes32 nonce) {
    return send(
        Step.REVEAL,
        () -> {
          revealedAt = now;
          verdict = Verdict.REVEALED;
          owes = true;
        });
  }

  @Override
  public Sent finalise(UUID caseId, Bytes32 courtCase) {
    return send(
        Step.FINALISE,
        () -> {
          finalisedAt = now;
          verdict = Verdict.CONVICTED;
        });
  }

  @Override
  public Sent payout(UUID caseId, Bytes32 courtCase) {
    return send(Step.PAYOUT, () -> verdict = Verdict.PAID);
  }

  @Override
  public Optional<Sent> collect(UUID caseId) {
    call();
    return owes ? Optional.of(send(Step.COLLECT, () -> owes = false)) : Optional.empty();
  }

  /** The durable sender: the same step of the same case is one transaction. */
  private Sent send(Step step, Runnable effect) {
    call();
    if (!done.contains(step)) {
      done.add(step);
      effect.run();
    }
    call();
    return new Sent("0x" + step, true, null);
  }
}
