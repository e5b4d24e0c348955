package org.oml.permission.signer;

import java.util.ArrayList;
import java.util.List;
import org.oml.protocol.BatchedPermit;
import org.oml.protocol.IssuedPermit;
import org.oml.protocol.Permit;
import org.oml.protocol.SignedPermit;
import org.oml.protocol.SigningDomain;

/**
 * Numbers and signs permits that are recorded together. What equal ones sign may be signed
 * together.
 *
 * @param domain of the signatures
 * @param signer whose key signs
 */
public record JointPress(SigningDomain domain, PermitSigner signer) {

  /** The most permits that are signed at once; so the path of none has more than eight hashes. */
  public static final int MOST = 256;

  /**
   * Signs one permit by itself, and more by the root of their tree.
   *
   * @param permits from 1 to {@link #MOST}, of one second; of any hosts; their serials are replaced
   * @param firstSerial of as many in a row as there are permits, which no other permit has
   * @return them, in their order
   */
  public List<? extends IssuedPermit> sign(List<Permit> permits, long firstSerial) {
    List<Permit> numbered = new ArrayList<>(permits.size());
    for (Permit permit : permits) {
      numbered.add(permit.withSerial(firstSerial + numbered.size()));
    }
    Permit first = numbered.getFirst();
    return numbered.size() == 1
        ? List.of(new SignedPermit(first, signer.sign(first.digest(domain))))
        : BatchedPermit.sign(
            numbered, first.issuedAt(), firstSerial, batch -> signer.sign(batch.digest(domain)));
  }
}
