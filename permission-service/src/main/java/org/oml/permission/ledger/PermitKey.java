package org.oml.permission.ledger;

import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Permit;

/** What makes a permit one of a kind: a host has one for each query hash, blank ones apart. */
record PermitKey(Bytes32 queryHash, Address host) {

  static PermitKey of(Permit permit) {
    return new PermitKey(permit.queryHash(), permit.host());
  }
}
