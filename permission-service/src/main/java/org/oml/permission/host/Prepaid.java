package org.oml.permission.host;

import java.math.BigInteger;

/**
 * What a host has at the PermitLedger for a model, in the smallest unit of the payment token.
 *
 * @param paidIn and neither asked back nor taken out, whatever of it is spent
 * @param leaving asked back and not taken out yet
 * @param debt for charges that it did not cover
 */
public record Prepaid(BigInteger paidIn, BigInteger leaving, BigInteger debt) {

  static final Prepaid NONE = new Prepaid(BigInteger.ZERO, BigInteger.ZERO, BigInteger.ZERO);

  Prepaid deposited(BigInteger amount) {
    return new Prepaid(paidIn.add(amount), leaving, debt);
  }

  Prepaid askedBack(BigInteger amount) {
    return new Prepaid(paidIn.subtract(amount), leaving.add(amount), debt);
  }

  /** What was leaving has paid for permits after all. */
  Prepaid leavingCharged(BigInteger amount) {
    return new Prepaid(paidIn.add(amount), leaving.subtract(amount), debt);
  }

  /** Where the operator was silent, more than was asked back may be taken out. */
  Prepaid withdrawn(BigInteger amount) {
    return new Prepaid(
        paidIn.subtract(amount.subtract(leaving).max(BigInteger.ZERO)), BigInteger.ZERO, debt);
  }

  Prepaid owing(BigInteger owed) {
    return new Prepaid(paidIn, leaving, owed);
  }
}
