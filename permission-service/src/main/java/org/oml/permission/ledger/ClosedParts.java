package org.oml.permission.ledger;

import java.util.List;

/**
 * What is known of the parts of the ledger that take no more permits.
 *
 * @param openFrom the time (seconds since 1970) from which on there are parts that are not known to
 *     be closed
 * @param filters of the keys in those before
 */
record ClosedParts(long openFrom, List<KeyFilter> filters) {

  /** Before anything is known all is looked through. */
  static final ClosedParts NONE = new ClosedParts(Long.MIN_VALUE, List.of());

  ClosedParts {
    filters = List.copyOf(filters);
  }

  boolean mayHold(PermitKey key) {
    for (KeyFilter filter : filters) {
      if (filter.mayHold(key)) {
        return true;
      }
    }
    return false;
  }
}
