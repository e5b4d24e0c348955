package org.oml.prover.evidence;

import org.oml.protocol.CodedException;
import org.oml.protocol.IssuedPermit;
import org.oml.protocol.Permit;
import org.oml.protocol.PermitCheck;
import org.oml.protocol.Receipt;
import org.oml.prover.instance.ChainRecords;

/**
 * Whether a permit covers an answer: the court's rules for a rebuttal, less the one that the
 * receipt must name it. Whoever asked for a permit before serving has paid; nobody is accused who
 * has paid.
 */
final class Coverage {

  private final ChainRecords chain;

  Coverage(ChainRecords chain) {
    this.chain = chain;
  }

  /**
   * @param text the permit as a string; anything that is none covers nothing
   */
  boolean covers(String text, Receipt receipt) {
    IssuedPermit issued;
    try {
      issued = IssuedPermit.parse(text);
    } catch (CodedException e) {
      return false;
    }
    Permit permit = issued.permit();
    return permit.modelId().equals(receipt.modelId())
        && permit.instanceId().equals(receipt.instanceId())
        && permit.host().equals(receipt.host())
        && isForQuery(permit, receipt)
        && permit.issuedAt() <= receipt.servedAt()
        && receipt.servedAt() <= permit.expiresAt()
        && permit.expiresAt() - permit.issuedAt() <= PermitCheck.LONGEST_LIFE
        && chain.maySignPermits(issued.signer(chain.domain()), permit.issuedAt());
  }

  /** A blank permit (query hash 0) covers the one query whose receipt names it. */
  private static boolean isForQuery(Permit permit, Receipt receipt) {
    return permit.queryHash().isZero()
        ? permit.structHash().equals(receipt.permitHash())
        : permit.queryHash().equals(receipt.queryHash());
  }
}
