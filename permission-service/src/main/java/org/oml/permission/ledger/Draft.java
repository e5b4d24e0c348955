package org.oml.permission.ledger;

import java.util.List;
import org.oml.permission.signer.JointPress;
import org.oml.protocol.IssuedPermit;
import org.oml.protocol.Permit;

/** Permits that were drawn up and are not yet on record. */
public sealed interface Draft {

  /** How many. */
  int size();

  /**
   * One of them.
   *
   * @param place from 0, in the order in which they were asked for
   */
  Permit permit(int place);

  /** Permits that were signed as they were drawn up. */
  non-sealed interface Signed extends Draft {

    /**
     * Those that shall be recorded after all, signed as they will be answered. Where the permits
     * are signed one by one these are the same permits; where they are signed together, others for
     * the same queries.
     *
     * @param places where they stand among all, ascending
     */
    List<? extends IssuedPermit> only(List<Integer> places);
  }

  /**
   * One permit, which is signed when it is recorded, together with others that are recorded at the
   * same time.
   *
   * @param permit without its serial, which is 0 until it is signed
   * @param press signs it; permits of equal ones are signed together
   */
  record Alone(Permit permit, JointPress press) implements Draft {

    @Override
    public int size() {
      return 1;
    }

    @Override
    public Permit permit(int place) {
      return permit;
    }
  }
}
