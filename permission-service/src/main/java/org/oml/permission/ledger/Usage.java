package org.oml.permission.ledger;

import java.math.BigInteger;
import org.oml.protocol.Address;

/**
 * What a host has had.
 *
 * @param host its wallet
 * @param permits how many
 * @param charge what they cost, in the smallest unit of the payment token
 * @param acknowledged how many of them the host has acknowledged
 * @param lastIssuedAt when the last one was issued, seconds since 1970
 */
public record Usage(
    Address host, long permits, BigInteger charge, long acknowledged, long lastIssuedAt) {

  Usage plus(Usage other) {
    return new Usage(
        host,
        permits + other.permits,
        charge.add(other.charge),
        acknowledged + other.acknowledged,
        Math.max(lastIssuedAt, other.lastIssuedAt));
  }

  /** Of a host that has had no permit. */
  public static Usage none(Address host) {
    return new Usage(host, 0, BigInteger.ZERO, 0, 0);
  }
}
