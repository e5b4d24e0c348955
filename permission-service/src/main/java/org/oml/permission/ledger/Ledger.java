package org.oml.permission.ledger;

import java.util.List;
import java.util.Optional;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.SignedPermit;

/** The permits on record. */
public interface Ledger {

  /** A serial that no other permit has, whoever else draws. */
  long drawSerial();

  /**
   * Records a permit and charges for it, unless its host has one for its query hash, and returns
   * when that is on the disk.
   *
   * @return the permit on record: this one, or the earlier one
   * @throws CodedException {@link org.oml.permission.PermissionError#BALANCE_TOO_SMALL} when the
   *     host cannot pay, {@link org.oml.permission.PermissionError#LEDGER_AWAY} when it is not
   *     known whether the permit is on record
   */
  SignedPermit record(PermitRequest request);

  /** The permits for a query hash, one for each host that asked with it. */
  List<SignedPermit> permitsFor(Bytes32 queryHash);

  /** What a host has had; empty if nothing. */
  Optional<Usage> usageOf(Address host);

  /**
   * What all hosts have had, as of one moment.
   *
   * @param most hosts that are listed; the sums are over all
   */
  TotalUsage totalUsage(int most);
}
