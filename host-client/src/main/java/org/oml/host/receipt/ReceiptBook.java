package org.oml.host.receipt;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import org.oml.host.HostError;
import org.oml.host.HostIdentity;
import org.oml.host.journal.Journal;
import org.oml.host.journal.JournalEntry;
import org.oml.host.journal.UsageNote;
import org.oml.host.permit.PermitCheck;
import org.oml.host.permit.PermitSource;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CanonicalQuery;
import org.oml.protocol.CodedException;
import org.oml.protocol.IssuedPermit;
import org.oml.protocol.Receipt;
import org.oml.protocol.ResponseRoot;
import org.oml.protocol.SignedReceipt;

/**
 * Opens and closes answers: one salt, one permit, one opening and one final receipt for each query.
 */
public final class ReceiptBook {

  private static final SecureRandom RANDOM = new SecureRandom();

  private final HostIdentity host;
  private final PermitSource permits;
  private final PermitCheck check;
  private final Journal journal;
  private final InstantSource clock;

  public ReceiptBook(
      HostIdentity host,
      PermitSource permits,
      PermitCheck check,
      Journal journal,
      InstantSource clock) {
    this.host = host;
    this.permits = permits;
    this.check = check;
    this.journal = journal;
    this.clock = clock;
  }

  /**
   * Fetches the permit for a query, signs the opening receipt and records both; blocks meanwhile.
   *
   * @param clientRef what the client wants to find in its receipt, or zero
   * @throws CodedException when there is no valid permit, or no journal
   */
  public OpenAnswer open(CanonicalQuery query, Bytes32 clientRef) {
    Bytes32 salt = draw();
    Bytes32 queryHash = query.queryHash(salt);
    Optional<IssuedPermit> permit = permitFor(queryHash);
    permit.ifPresent(signed -> check.require(signed, queryHash));
    Receipt opening =
        new Receipt(
            host.modelId(),
            host.instanceId(),
            host.wallet(),
            queryHash,
            Bytes32.ZERO,
            permit.map(IssuedPermit::permitHash).orElse(Bytes32.ZERO),
            servedAt(permit),
            clientRef);
    SignedReceipt signed = SignedReceipt.sign(opening, host.domain(), host.key());
    journal.record(new JournalEntry(clock.instant(), queryHash, permit, signed));
    return new OpenAnswer(salt, permit, signed);
  }

  /** Noted before it is asked for: a permit whose answer is lost can be found again. */
  private Optional<IssuedPermit> permitFor(Bytes32 queryHash) {
    journal.note(UsageNote.asked(clock.instant(), queryHash));
    try {
      return permits.permitFor(queryHash);
    } catch (CodedException e) {
      if (e.code() == HostError.PERMIT_REFUSED) {
        journal.note(UsageNote.notHad(clock.instant(), queryHash));
      }
      throw e;
    }
  }

  /**
   * Signs and records the final receipt. It differs from the opening one in the response root
   * alone: two receipts for one permit that differ in anything else are a case against the host.
   *
   * @param answer the whole answer
   * @throws CodedException when there is no journal
   */
  public SignedReceipt close(OpenAnswer open, ResponseRoot answer) {
    Receipt opening = open.opening().receipt();
    Receipt closing =
        new Receipt(
            opening.modelId(),
            opening.instanceId(),
            opening.host(),
            opening.queryHash(),
            answer.root(open.salt()),
            opening.permitHash(),
            opening.servedAt(),
            opening.clientRef());
    SignedReceipt signed = SignedReceipt.sign(closing, host.domain(), host.key());
    journal.record(
        new JournalEntry(clock.instant(), opening.queryHash(), Optional.empty(), signed));
    return signed;
  }

  /** Now, within the permit's life: a permit acquits only what was served while it lived. */
  private long servedAt(Optional<IssuedPermit> signed) {
    long now = clock.instant().getEpochSecond();
    return signed
        .map(IssuedPermit::permit)
        .map(permit -> Math.clamp(now, permit.issuedAt(), permit.expiresAt()))
        .orElse(now);
  }

  private static Bytes32 draw() {
    byte[] salt = new byte[32];
    RANDOM.nextBytes(salt);
    return Bytes32.of(salt);
  }
}
