package org.oml.dashboard.platform;

import java.math.BigInteger;
import java.util.List;
import org.oml.protocol.Address;

/**
 * What all hosts have had, as the permission service counts it.
 *
 * @param permits how many
 * @param charge in the smallest unit of the payment token
 * @param hostCount hosts that have had any
 * @param hosts those with the most permits first, perhaps not all
 */
public record TotalUsage(
    BigInteger permits, BigInteger charge, BigInteger hostCount, List<HostUsage> hosts) {

  /**
   * What a host has had.
   *
   * @param lastIssuedAt seconds since 1970
   */
  public record HostUsage(Address host, BigInteger permits, BigInteger charge, long lastIssuedAt) {}
}
