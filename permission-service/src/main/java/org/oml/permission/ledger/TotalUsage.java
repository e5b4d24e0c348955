package org.oml.permission.ledger;

import java.math.BigInteger;
import java.util.List;

/**
 * What all hosts have had.
 *
 * @param permits how many
 * @param charge what they cost, in the smallest unit of the payment token
 * @param hostCount hosts that have had any
 * @param hosts those with the most permits first, perhaps not all
 */
public record TotalUsage(long permits, BigInteger charge, long hostCount, List<Usage> hosts) {

  public TotalUsage {
    hosts = List.copyOf(hosts);
  }
}
