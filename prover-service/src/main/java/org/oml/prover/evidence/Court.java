package org.oml.prover.evidence;

import java.math.BigInteger;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.prover.ProverError;

/**
 * The penalty court, as the prover's account uses it. Sending is durable and idempotent: the same
 * step of the same case is one transaction however often it is asked for. Every method throws
 * {@link CodedException} with {@link ProverError#CHAIN_UNAVAILABLE} when the chain does not answer.
 */
interface Court {

  /**
   * What the court was deployed with; seconds.
   *
   * @param revealMinimum from commitment to reveal at least
   * @param revealMaximum from commitment to reveal at most
   * @param payoutDelay from conviction to payout at least
   */
  record Times(long revealMinimum, long revealMaximum, long payoutDelay) {}

  /** How the court sees a case. */
  enum Verdict {
    NONE,
    REVEALED,
    REBUTTED,
    CONVICTED,
    PAID
  }

  /**
   * @param ours whether the prover's account revealed it
   * @param revealedAt seconds, 0 without a reveal
   * @param finalisedAt seconds, 0 without a conviction
   */
  record Standing(Verdict verdict, boolean ours, long revealedAt, long finalisedAt) {}

  /** What the prover sends in a case. */
  enum Step {
    APPROVE,
    COMMIT,
    REVEAL,
    FINALISE,
    PAYOUT,
    COLLECT
  }

  /**
   * A transaction.
   *
   * @param hash of the one that is in a block, or of the latest that was sent; null before the
   *     first
   * @param done whether it is in a final block
   * @param failure why it will never succeed, null as long as it may
   */
  record Sent(@Nullable String hash, boolean done, @Nullable String failure) {}

  Times times();

  /** Time of the newest block, in seconds. */
  long now();

  /**
   * Where a transaction is.
   *
   * @param succeeded whether it did what it should
   * @param confirmations blocks from its own to the newest, both counted
   */
  record Inclusion(long blockNumber, Bytes32 blockHash, boolean succeeded, long confirmations) {}

  /** Whose commitments and cases these are, and before which court. */
  record Parties(BigInteger chainId, Address court, Address prover) {}

  Parties parties();

  /** Where a transaction is, once it is in a block. */
  Optional<Inclusion> inclusion(Bytes32 transaction);

  /** The commitment that the prover's account makes to a claim. */
  Bytes32 commitment(Claim claim, Bytes32 nonce);

  /** When a commitment came on chain, in seconds. */
  Optional<Long> committedAt(Bytes32 commitment);

  /** How the court sees a case. */
  Standing standing(Bytes32 courtCase);

  /**
   * Whether the bond can be taken; makes the allowance for it if there is none yet.
   *
   * @throws CodedException {@link ProverError#BOND_MISSING} when the account holds less
   */
  boolean isBondReady();

  /** The transaction that the account sent for a step of a case, whichever process sent it. */
  Optional<String> sent(UUID caseId, Step step);

  Sent commit(UUID caseId, Bytes32 commitment);

  Sent reveal(UUID caseId, Claim claim, Bytes32 nonce);

  Sent finalise(UUID caseId, Bytes32 courtCase);

  Sent payout(UUID caseId, Bytes32 courtCase);

  /** Fetches what the court owes to the prover; nothing is sent if it owes nothing. */
  Optional<Sent> collect(UUID caseId);
}
