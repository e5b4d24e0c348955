package org.oml.prover.panel;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.oml.contracts.PanelPlan;
import org.oml.contracts.binding.PanelCourt;
import org.oml.protocol.Address;
import org.oml.protocol.Attestation;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Signature;

/**
 * The chain of one panel on which one account sits, in which time passes and a transaction is final
 * at once. At one of its calls the caller dies.
 */
final class LivingPanel implements PanelChain {

  /** The process is no more. */
  static final class Killed extends Error {

    private static final long serialVersionUID = 1L;
  }

  static final Address MAKER = Address.of(new byte[20]);
  private static final long DRAWN = 1_000;
  private static final long ANSWER_UNTIL = 1_400;
  private static final long REVEAL_UNTIL = 1_800;

  final Set<String> done = new HashSet<>();
  long now = DRAWN;
  int calls;

  private final Address account;
  private final Map<Integer, Bytes32> attested = new HashMap<>();
  private int dying;
  private Answers answers = new Answers(Bytes32.ZERO, 0, 0, 0, false);
  private boolean owes = true;

  /**
   * @param dying at which call the caller dies; 0 for none
   */
  LivingPanel(Address account, int dying) {
    this.account = account;
    this.dying = dying;
  }

  void resurrect() {
    dying = 0;
  }

  private void call() {
    if (++calls == dying) {
      throw new Killed();
    }
  }

  @Override
  public Rules rules() {
    return new Rules(9, 100, 100, 7);
  }

  @Override
  public Head head() {
    call();
    return new Head(now, now);
  }

  @Override
  public Address account() {
    return account;
  }

  @Override
  public boolean hasProvers() {
    return true;
  }

  @Override
  public Bytes32 planId(PanelPlan plan, Bytes32 nonce) {
    return nonce;
  }

  @Override
  public Trial trial(Bytes32 planId) {
    call();
    TrialState state = now > REVEAL_UNTIL ? TrialState.PAID : TrialState.COMMITTED;
    return new Trial(state, MAKER, DRAWN, 0, 0, 0, 0);
  }

  @Override
  public Panel panel(Bytes32 planId) {
    call();
    return new Panel(MAKER, DRAWN, ANSWER_UNTIL, REVEAL_UNTIL, List.of(account));
  }

  @Override
  public boolean isSeedGone(Bytes32 planId) {
    return false;
  }

  @Override
  public Answers answers(Bytes32 planId, Address member) {
    call();
    return answers;
  }

  @Override
  public Bytes32 attested(Bytes32 planId, int place) {
    call();
    return attested.getOrDefault(place, Bytes32.ZERO);
  }

  @Override
  public boolean isOpened(Bytes32 planId, int place) {
    return false;
  }

  @Override
  public boolean isEnough(int hits, int asked) {
    return true;
  }

  @Override
  public Address signer(Attestation attestation, Signature signature) {
    return account;
  }

  @Override
  public boolean isBondReady() {
    return true;
  }

  @Override
  public @Nullable String takeSeat() {
    return null;
  }

  @Override
  public Optional<String> commitment(Bytes32 planId) {
    return Optional.empty();
  }

  @Override
  public Optional<String> opening(Bytes32 planId) {
    return Optional.empty();
  }

  @Override
  public Sent commitPlan(Bytes32 planId) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Sent draw(Bytes32 planId) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Sent expire(Bytes32 planId) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Sent openPlan(Bytes32 planId, PanelPlan plan, Bytes32 nonce) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Sent openAsk(Attestation attestation, PanelCourt.Opening opening) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Sent decide(Bytes32 planId) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Sent payout(Bytes32 planId) {
    throw new UnsupportedOperationException();
  }

  @Override
  public @Nullable Sent collect(Bytes32 planId) {
    call();
    return owes ? send("collect", () -> owes = false) : null;
  }

  @Override
  public Sent commitAnswers(Bytes32 planId, int place, Bytes32 root, int count) {
    if (answers.count() > 0 && !answers.root().equals(root)) {
      throw new AssertionError("Other answers than those that were committed to.");
    }
    return send("answers", () -> answers = new Answers(root, count, 0, now, false));
  }

  @Override
  public Sent punishSilence(Bytes32 planId, Address member) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Sent revealAnswer(
      Attestation attestation, Signature signature, Bytes32 nonce, List<Bytes32> proof) {
    boolean inTime =
        attestation.askedAt() >= DRAWN && attestation.answeredAt() <= answers.committedAt();
    if (!inTime || now <= ANSWER_UNTIL || now > REVEAL_UNTIL) {
      throw new AssertionError("A reveal that the registry would refuse.");
    }
    return send(
        "reveal " + attestation.leafIndex(),
        () -> attested.put(attestation.leafIndex(), attestation.structHash()));
  }

  @Override
  public BigInteger chainId() {
    return BigInteger.ONE;
  }

  /** The durable sender: the same step is one transaction. */
  private Sent send(String step, Runnable effect) {
    call();
    if (done.add(step)) {
      effect.run();
    }
    call();
    return new Sent("0x" + step, true, null);
  }
}
