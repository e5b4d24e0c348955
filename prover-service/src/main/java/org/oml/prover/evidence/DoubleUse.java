package org.oml.prover.evidence;

import org.oml.contracts.DoubleUseEvidence;
import org.oml.protocol.SignedReceipt;
import org.oml.protocol.SigningDomain;

/**
 * Two receipts of one gateway that name one permit and cannot both be true.
 *
 * @param version 1
 * @param first {@code omlr1.…}
 * @param second {@code omlr1.…}, in whichever order
 */
record DoubleUse(int version, String first, String second) implements Claim {

  /** In the order and form that the court takes. */
  DoubleUseEvidence forCourt(SigningDomain domain) {
    SignedReceipt one = SignedReceipt.parse(first);
    SignedReceipt other = SignedReceipt.parse(second);
    return DoubleUseEvidence.of(
        one.receipt(), one.signature(), other.receipt(), other.signature(), domain);
  }

  @Override
  public long earliestServedAt() {
    return Math.min(servedAt(first), servedAt(second));
  }

  @Override
  public long latestServedAt() {
    return Math.max(servedAt(first), servedAt(second));
  }

  private static long servedAt(String receipt) {
    return SignedReceipt.parse(receipt).receipt().servedAt();
  }
}
