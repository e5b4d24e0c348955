package org.oml.host.receipt;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import org.oml.host.HostError;
import org.oml.host.HostIdentity;
import org.oml.host.journal.Journal;
import org.oml.host.journal.JournalEntry;
import org.oml.host.journal.JournalEntry.Opening;
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
 * Signs and records what a host answers: one salt and one permit for each query, one receipt for an
 * answer that is whole before it leaves, an opening and a final one for an answer that streams.
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
   * Fetches the permit for a query; blocks meanwhile. Nothing is on record yet.
   *
   * @param clientRef what the client wants to find in its receipt, or zero
   * @throws CodedException when there is no valid permit
   */
  public PermittedQuery permit(CanonicalQuery query, Bytes32 clientRef) {
    Bytes32 salt = draw();
    Bytes32 queryHash = query.queryHash(salt);
    Optional<IssuedPermit> permit = permitFor(queryHash);
    permit.ifPresent(signed -> check.require(signed, queryHash));
    Receipt receipt =
        new Receipt(
            host.modelId(),
            host.instanceId(),
            host.wallet(),
            queryHash,
            Bytes32.ZERO,
            permit.map(IssuedPermit::permitHash).orElse(Bytes32.ZERO),
            servedAt(permit),
            clientRef);
    return new PermittedQuery(salt, query.contextHash(), permit, receipt);
  }

  /**
   * Signs the opening receipt, without which no byte of a stream may leave, and records it with the
   * permit. So is recorded, too, what the engine did not answer: its permit counts.
   *
   * @throws CodedException when there is no journal
   */
  public OpenAnswer open(PermittedQuery query) {
    return new OpenAnswer(query, recordFirst(query, query.receipt()));
  }

  /**
   * Signs the only receipt of an answer that is whole before its first byte leaves, and records it
   * with the permit.
   *
   * @param answer the whole answer
   * @throws CodedException when there is no journal
   */
  public SignedReceipt answer(PermittedQuery query, ResponseRoot answer) {
    return recordFirst(query, query.receiptOf(answer));
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
    return record(open.query().receiptOf(answer), Optional.empty(), Optional.empty());
  }

  private SignedReceipt recordFirst(PermittedQuery query, Receipt receipt) {
    return record(
        receipt, Optional.of(new Opening(query.salt(), query.contextHash())), query.permit());
  }

  private SignedReceipt record(
      Receipt receipt, Optional<Opening> opening, Optional<IssuedPermit> permit) {
    SignedReceipt signed = SignedReceipt.sign(receipt, host.domain(), host.key());
    journal.record(new JournalEntry(clock.instant(), receipt.queryHash(), opening, permit, signed));
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
