package org.oml.permission.ledger;

import java.math.BigInteger;

/**
 * Permits of one host that shall be recorded, as far as it can pay for them.
 *
 * @param account that pays
 * @param allowance up to where it may
 * @param draft the permits, no two for one query hash
 */
public record PermitOrder(Account account, Allowance allowance, Draft draft) {

  /**
   * How far an account may go.
   *
   * @param prepaid what the host has paid in for the model, in the smallest unit of the payment
   *     token; all its permits together never cost more
   * @param unacknowledged how many permits may be issued beyond what the host acknowledged
   */
  public record Allowance(BigInteger prepaid, long unacknowledged) {}
}
