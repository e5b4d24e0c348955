package org.oml.permission.ledger;

import java.util.List;
import org.oml.protocol.IssuedPermit;

/** Permits that were drawn up and signed, and are not yet on record. */
public interface Draft {

  /** All of them, in the order in which they were asked for. */
  List<? extends IssuedPermit> permits();

  /**
   * Those that shall be recorded after all, signed as they will be answered. Where the permits are
   * signed one by one these are the same permits; where they are signed together, others for the
   * same queries.
   *
   * @param places where they stand among all, ascending
   */
  List<? extends IssuedPermit> only(List<Integer> places);
}
