package org.oml.registry.governance;

import java.math.BigInteger;
import org.oml.protocol.Address;

/**
 * A vote on a proposal; the fields of a VoteCast event.
 *
 * @param weight in shares
 * @param block that has it
 */
record Vote(Address voter, Support support, BigInteger weight, long block) {

  /** The governor's ways to vote. */
  enum Support {
    AGAINST,
    FOR,
    ABSTAIN;

    /** As the governor counts: 0, 1 and 2. */
    static Support of(BigInteger number) {
      return switch (number.intValueExact()) {
        case 0 -> AGAINST;
        case 1 -> FOR;
        case 2 -> ABSTAIN;
        default -> throw new IllegalArgumentException("the governor has no such vote: " + number);
      };
    }
  }
}
