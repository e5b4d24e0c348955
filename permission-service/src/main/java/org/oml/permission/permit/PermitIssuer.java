package org.oml.permission.permit;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.oml.permission.PermissionError;
import org.oml.permission.host.ChainView;
import org.oml.permission.host.Instance;
import org.oml.permission.host.Standing;
import org.oml.permission.ledger.Account;
import org.oml.permission.ledger.Draft;
import org.oml.permission.ledger.Entry;
import org.oml.permission.ledger.Ledger;
import org.oml.permission.ledger.PermitOrder;
import org.oml.permission.signer.PermitSigner;
import org.oml.permission.signer.SignerRing;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.IssuedPermit;
import org.oml.protocol.Permit;
import org.oml.protocol.SigningDomain;

/**
 * Issues σ(q). It is signed before it is recorded, or while it is, so that the ledger holds what is
 * answered, and answered only from the ledger, once it is on the disk.
 */
public final class PermitIssuer {

  private static final int MOST_BLANKS = 256;

  private final Supplier<ChainView> chain;
  private final IssuingRules rules;
  private final Ledger ledger;
  private final PermitPress press;
  private final RequestRate rate;
  private final long unacknowledged;
  private final InstantSource clock;

  /**
   * What the operator has decided.
   *
   * @param life of a permit
   * @param chainPatience how old the last look at the chain may be
   * @param unacknowledged how many permits a host may have beyond what it acknowledged
   * @param perSecond permits that a host may ask for in a second, in the long run
   */
  public record Policy(
      Duration life, Duration chainPatience, long unacknowledged, long perSecond) {}

  public PermitIssuer(
      Supplier<ChainView> chain,
      Ledger ledger,
      SigningDomain domain,
      SignerRing signers,
      Policy policy,
      InstantSource clock) {
    this.chain = chain;
    this.rules = new IssuingRules(signers, policy.chainPatience(), clock);
    this.ledger = ledger;
    this.press = new PermitPress(domain, policy.life().toSeconds(), ledger::drawSerials);
    this.rate = new RequestRate(policy.perSecond());
    this.unacknowledged = policy.unacknowledged();
    this.clock = clock;
  }

  /**
   * The permit for a query of an account's host: the same one for as long as it lives, whenever it
   * is asked for.
   *
   * @param account a gateway key or a host's wallet
   * @param instanceId which of the account's instances answers; may be empty where there is one
   * @throws CodedException when there is none to be had, with what to do
   */
  public IssuedPermit issue(Address account, Bytes32 queryHash, Optional<Bytes32> instanceId) {
    requireNotBlank(queryHash);
    Desk desk = desk(account, instanceId, 1);
    Draft draft = press.draw(desk.standing(), queryHash, now(), desk.signer());
    return switch (record(desk.standing(), draft).entries().getFirst()) {
      case Entry.Recorded(IssuedPermit permit) -> permit;
      case Entry.Refused(PermissionError reason, String detail) ->
          throw new CodedException(reason, detail);
    };
  }

  /**
   * The permits for many queries of an account's host; what there is none for is refused by itself.
   *
   * @param queryHashes no two alike
   * @param form how they are signed, as far as they are new
   * @throws CodedException when there is none to be had for any, with what to do
   */
  public IssuedSet issue(
      Address account, List<Bytes32> queryHashes, Optional<Bytes32> instanceId, Form form) {
    requireBatch(queryHashes);
    Desk desk = desk(account, instanceId, queryHashes.size());
    return record(
        desk.standing(), press.draw(desk.standing(), queryHashes, now(), desk.signer(), form));
  }

  /** Who is issued to, and who signs. */
  private record Desk(Standing standing, PermitSigner signer) {}

  /** The specification's conditions, before anything is drawn up. */
  private Desk desk(Address account, Optional<Bytes32> instanceId, int count) {
    ChainView view = chain.get();
    PermitSigner signer = rules.requireMayIssue(view);
    Standing standing = view.register().standingOf(account, instanceId, now());
    rules.requireMayHave(standing);
    rate.require(standing.instance().host(), count);
    return new Desk(standing, signer);
  }

  private IssuedSet record(Standing standing, Draft draft) {
    List<Entry> recorded =
        ledger.record(new PermitOrder(accountOf(standing), allowanceOf(standing), draft));
    Instance instance = standing.instance();
    return new IssuedSet(
        instance, recorded.stream().map(entry -> ifOfUse(entry, instance)).toList());
  }

  /**
   * Sells blank permits (query hash 0), with which a gateway may answer while this service is away;
   * the receipt binds each to a query. The same request is sold once.
   *
   * @param requestId drawn by the buyer
   * @param count how many
   * @throws CodedException when there is none to be had, with what to do
   */
  public List<IssuedPermit> sellBlanks(
      Address account, Optional<Bytes32> instanceId, Bytes32 requestId, int count) {
    if (count < 1 || count > MOST_BLANKS) {
      throw new CodedException(
          PermissionError.BATCH_SIZE, "From 1 to " + MOST_BLANKS + " blank permits are sold.");
    }
    Desk desk = desk(account, instanceId, count);
    Standing standing = desk.standing();
    List<Bytes32> blanks = Collections.nCopies(count, Bytes32.ZERO);
    Draft draft = press.draw(standing, blanks, now(), desk.signer(), Form.SINGLE);
    List<IssuedPermit> sold =
        ledger.sellBlanks(
            new PermitOrder(accountOf(standing), allowanceOf(standing), draft), requestId);
    requireSoldForThis(sold, standing.instance(), count);
    return sold;
  }

  private void requireSoldForThis(List<IssuedPermit> sold, Instance instance, int count) {
    Permit first = sold.getFirst().permit();
    if (sold.size() != count
        || !first.instanceId().equals(instance.instanceId())
        || now() >= first.expiresAt()) {
      throw new CodedException(
          PermissionError.REQUEST_ID_USED,
          "This request bought %d blank permits for %s, which expire at %d."
              .formatted(sold.size(), first.instanceId(), first.expiresAt()));
    }
  }

  private static void requireBatch(List<Bytes32> queryHashes) {
    if (queryHashes.isEmpty() || queryHashes.size() > Ledger.LARGEST_ORDER) {
      throw new CodedException(
          PermissionError.BATCH_SIZE,
          "A batch holds from 1 to " + Ledger.LARGEST_ORDER + " query hashes.");
    }
    if (new HashSet<>(queryHashes).size() < queryHashes.size()) {
      throw new CodedException(
          PermissionError.BATCH_REPEATS, "The batch names a query hash more than once.");
    }
    queryHashes.forEach(PermitIssuer::requireNotBlank);
  }

  private static void requireNotBlank(Bytes32 queryHash) {
    if (queryHash.isZero()) {
      throw new CodedException(
          PermissionError.QUERY_HASH_ZERO, "The query hash 0 stands for a blank permit.");
    }
  }

  private static Account accountOf(Standing standing) {
    return new Account(standing.instance().host(), standing.instance().modelId());
  }

  private PermitOrder.Allowance allowanceOf(Standing standing) {
    return new PermitOrder.Allowance(
        standing.prepaid().paidIn(),
        Math.min(unacknowledged, standing.terms().maximumUnacknowledged()));
  }

  /** A permit on record that does not serve this request is refused. */
  private Entry ifOfUse(Entry entry, Instance instance) {
    if (!(entry instanceof Entry.Recorded(IssuedPermit issued))) {
      return entry;
    }
    Permit permit = issued.permit();
    if (!permit.instanceId().equals(instance.instanceId())) {
      return new Entry.Refused(
          PermissionError.QUERY_HASH_USED,
          "This query hash has a permit for " + permit.instanceId() + ".");
    }
    if (now() >= permit.expiresAt()) {
      return new Entry.Refused(
          PermissionError.PERMIT_EXPIRED,
          "The permit for this query hash expired at " + permit.expiresAt() + ".");
    }
    return entry;
  }

  private long now() {
    return clock.instant().getEpochSecond();
  }
}
