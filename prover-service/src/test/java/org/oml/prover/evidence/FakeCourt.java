package org.oml.prover.evidence;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.prover.ProverError;

/** A court that says what a test wants, and keeps what it is sent. */
final class FakeCourt implements Court {

  static final Times TIMES = new Times(10, 100, 20);

  long now = 1_000;
  @Nullable Long committedAt;
  Standing standing = new Standing(Verdict.NONE, false, 0, 0);
  boolean bondReady = true;
  boolean owes = true;
  boolean away;

  /** Steps that end in a final block at once. */
  final Map<Step, Boolean> done = new EnumMap<>(Step.class);

  /** Why steps fail. */
  final Map<Step, String> failures = new EnumMap<>(Step.class);

  final List<Step> sent = new ArrayList<>();

  void stands(Verdict verdict) {
    standing = new Standing(verdict, true, 1_200, verdict == Verdict.REVEALED ? 0 : 1_300);
  }

  @Override
  public Times times() {
    return TIMES;
  }

  @Override
  public long now() {
    if (away) {
      throw new CodedException(ProverError.CHAIN_UNAVAILABLE, "The chain did not answer.");
    }
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
    return Optional.ofNullable(committedAt);
  }

  @Override
  public Standing standing(Bytes32 courtCase) {
    return standing;
  }

  @Override
  public boolean isBondReady() {
    return bondReady;
  }

  @Override
  public Optional<String> sent(UUID caseId, Step step) {
    return Optional.empty();
  }

  @Override
  public Sent commit(UUID caseId, Bytes32 commitment) {
    return send(Step.COMMIT);
  }

  @Override
  public Sent reveal(UUID caseId, Claim claim, Bytes32 nonce) {
    return send(Step.REVEAL);
  }

  @Override
  public Sent finalise(UUID caseId, Bytes32 courtCase) {
    return send(Step.FINALISE);
  }

  @Override
  public Sent payout(UUID caseId, Bytes32 courtCase) {
    return send(Step.PAYOUT);
  }

  @Override
  public Optional<Sent> collect(UUID caseId) {
    return owes ? Optional.of(send(Step.COLLECT)) : Optional.empty();
  }

  private Sent send(Step step) {
    sent.add(step);
    String failure = failures.get(step);
    return failure == null
        ? new Sent("0x" + step, done.getOrDefault(step, false), null)
        : new Sent(null, false, failure);
  }
}
