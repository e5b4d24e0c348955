package org.oml.permission.ledger;

import java.util.List;
import java.util.Optional;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.IssuedPermit;
import org.oml.protocol.Signature;
import org.oml.protocol.UsageAck;

/** The permits on record. */
public interface Ledger {

  /** The most permits of one order, and the most serials in a row. */
  int LARGEST_ORDER = Serials.BLOCK;

  /**
   * Serials that no other permit has, whoever else draws.
   *
   * @param count how many, at most {@link #LARGEST_ORDER}
   * @return the first of so many in a row
   */
  long drawSerials(int count);

  /**
   * Records the permits of an order and charges for them, as far as its host has none for their
   * query hashes and can pay, and returns when that is on the disk.
   *
   * @return for each permit what is on record for its query hash, or why there is nothing
   * @throws CodedException {@link org.oml.permission.PermissionError#LEDGER_AWAY} when it is not
   *     known whether the permits are on record
   */
  List<Entry> record(PermitOrder order);

  /**
   * Records blank permits, all of an order or none, unless they were sold for the same request
   * before.
   *
   * @param requestId drawn by the buyer
   * @return those on record for the request
   * @throws CodedException the reason why the host cannot have them, or {@link
   *     org.oml.permission.PermissionError#LEDGER_AWAY}
   */
  List<IssuedPermit> sellBlanks(PermitOrder order, Bytes32 requestId);

  /**
   * Keeps what a host acknowledged, if it is more than it did before and not more than it has had.
   *
   * @return whether it was kept, or was on record already
   */
  boolean acknowledge(UsageAck acknowledgement, Signature signature);

  /**
   * Notes that an account looks a query hash up, unless it has looked up as many others as it may.
   *
   * @param most different ones that it may look up, ever
   * @param permits that it is shown
   * @param at seconds since 1970
   * @return whether it may
   */
  boolean noteLookup(Address account, Bytes32 queryHash, long most, int permits, long at);

  /**
   * What a host has had in a month, by model.
   *
   * @param month year times 100 plus month, UTC
   */
  List<MonthUsage> monthOf(Address host, int month);

  /** The permits for a query hash, one for each host that asked with it. */
  List<IssuedPermit> permitsFor(Bytes32 queryHash);

  /** What a host has had; empty if nothing. */
  Optional<Usage> usageOf(Address host);

  /** What a host has had of each model of which it has had something. */
  List<ModelUsage> usageByModel(Address host);

  /**
   * What all hosts have had, as of one moment.
   *
   * @param most hosts that are listed; the sums are over all
   */
  TotalUsage totalUsage(int most);
}
