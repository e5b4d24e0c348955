package org.oml.prover.panel;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.oml.contracts.PanelPlan;
import org.oml.contracts.binding.PanelCourt;
import org.oml.protocol.Address;
import org.oml.protocol.Attestation;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.Signature;
import org.oml.prover.ProverError;

/**
 * The panel court and the provers' registry, as the prover's account uses them. Sending is durable
 * and idempotent: the same step is one transaction however often it is asked for. Every method
 * throws {@link CodedException} with {@link ProverError#CHAIN_UNAVAILABLE} when the chain does not
 * answer.
 */
interface PanelChain {

  /**
   * What the contracts were deployed with; times in seconds.
   *
   * @param panelSize members of a panel
   * @param openTime from the end of the reveals, in which the plan is opened
   * @param payoutDelay from the verdict to the payout at least
   * @param quorum members that must have a hit
   */
  record Rules(int panelSize, long openTime, long payoutDelay, int quorum) {}

  /**
   * How the court sees a plan; times in seconds, 0 before they are known.
   *
   * @param prover who committed to it
   */
  record Trial(
      TrialState state,
      Address prover,
      long committedAt,
      long decidedAt,
      long openUntil,
      long rebuttableUntil,
      int hits) {}

  /**
   * A panel; times in seconds, 0 before the draw.
   *
   * @param prover whose plan it is
   * @param members in the order of their places; empty before the draw
   */
  record Panel(
      Address prover, long drawnAt, long answerUntil, long revealUntil, List<Address> members) {

    boolean isDrawn() {
      return drawnAt > 0;
    }
  }

  /**
   * What a member committed to; all 0 if nothing.
   *
   * @param punished whether it lost its bond over this panel
   */
  record Answers(Bytes32 root, int count, int revealed, long committedAt, boolean punished) {

    /** Whether it owes answers, which it may reveal as long as there is time. */
    boolean isIncomplete() {
      return revealed < count;
    }
  }

  /** The newest block. */
  record Head(long number, long time) {}

  Rules rules();

  Head head();

  Address account();

  /** Whether more than a panel were seated long enough ago. */
  boolean hasProvers();

  /** What the account's commitment to a plan is called. */
  Bytes32 planId(PanelPlan plan, Bytes32 nonce);

  Trial trial(Bytes32 planId);

  Panel panel(Bytes32 planId);

  /** Whether a panel that was not drawn can be drawn no more. */
  boolean isSeedGone(Bytes32 planId);

  Answers answers(Bytes32 planId, Address member);

  /** The hash of what was revealed of a question; zero before. */
  Bytes32 attested(Bytes32 planId, int place);

  /** Whether a question was opened as a hit. */
  boolean isOpened(Bytes32 planId, int place);

  /** Whether so many hits of so many asked convince the court. */
  boolean isEnough(int hits, int asked);

  /** Who signed an attestation; the zero address if nobody. */
  Address signer(Attestation attestation, Signature signature);

  /**
   * Whether the court can take a plan's bond; makes the allowance for it if there is none yet.
   *
   * @throws CodedException {@link ProverError#BOND_MISSING} when the account holds less
   */
  boolean isBondReady();

  /**
   * Takes a seat among the provers, once and for all: who was slashed or left is not seated again.
   *
   * @return why it cannot, or null
   */
  @Nullable String takeSeat();

  /** The transaction with which the account committed to a plan, whichever process sent it. */
  Optional<String> commitment(Bytes32 planId);

  /** The transaction with which the account opened a plan, whichever process sent it. */
  Optional<String> opening(Bytes32 planId);

  Sent commitPlan(Bytes32 planId);

  Sent draw(Bytes32 planId);

  Sent expire(Bytes32 planId);

  Sent openPlan(Bytes32 planId, PanelPlan plan, Bytes32 nonce);

  Sent openAsk(Attestation attestation, PanelCourt.Opening opening);

  Sent decide(Bytes32 planId);

  Sent payout(Bytes32 planId);

  /** Fetches what the court owes to the account; null if it owes nothing. */
  @Nullable Sent collect(Bytes32 planId);

  Sent commitAnswers(Bytes32 planId, int place, Bytes32 root, int count);

  /** Takes the bond of a member that committed to answers and did not reveal them in time. */
  Sent punishSilence(Bytes32 planId, Address member);

  Sent revealAnswer(
      Attestation attestation, Signature signature, Bytes32 nonce, List<Bytes32> proof);

  /** The chain's number, for dossiers. */
  BigInteger chainId();
}
