package org.oml.cli.user;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CanonicalQuery;
import org.oml.protocol.IssuedPermit;
import org.oml.protocol.Permit;
import org.oml.protocol.PermitCheck;
import org.oml.protocol.Receipt;
import org.oml.protocol.ResponseRoot;
import org.oml.protocol.SignedReceipt;
import org.oml.protocol.SigningDomain;

/** Holds what a host signed against what was asked and answered. */
final class ReceiptCheck {

  /** What the chain says of keys. */
  interface Keys {

    Address gatewayKeyAt(Bytes32 instanceId, long time);

    boolean isPermitSignerAt(Address signer, long time);
  }

  /**
   * One thing that must hold.
   *
   * @param name for scripts
   * @param holds whether it does
   * @param sentence for a person
   */
  record Finding(String name, boolean holds, String sentence) {}

  /**
   * What a user has of an answer.
   *
   * @param query that was asked
   * @param text that was answered
   * @param salt of the gateway
   */
  record Evidence(
      CanonicalQuery query,
      String text,
      Bytes32 salt,
      Optional<IssuedPermit> permit,
      Optional<SignedReceipt> opening,
      SignedReceipt receipt) {}

  private final SigningDomain domain;
  private final Keys keys;
  private final List<Finding> findings = new ArrayList<>();

  ReceiptCheck(SigningDomain domain, Keys keys) {
    this.domain = domain;
    this.keys = keys;
  }

  List<Finding> check(Evidence evidence) {
    Receipt receipt = evidence.receipt().receipt();
    find(
        "query",
        evidence.query().queryHash(evidence.salt()).equals(receipt.queryHash()),
        "The receipt is for this request.");
    find(
        "answer",
        ResponseRoot.of(evidence.text()).root(evidence.salt()).equals(receipt.responseRoot()),
        "The receipt is over this answer.");
    Address gateway = keys.gatewayKeyAt(receipt.instanceId(), receipt.servedAt());
    find(
        "gateway",
        !gateway.equals(Address.ZERO) && evidence.receipt().signer(domain).equals(gateway),
        "The gateway of the instance signed the receipt.");
    evidence.opening().ifPresent(opening -> checkOpening(opening, receipt));
    find("permit", evidence.permit().isPresent(), "There is a permit.");
    evidence.permit().ifPresent(permit -> checkPermit(permit, receipt));
    return List.copyOf(findings);
  }

  private void checkOpening(SignedReceipt opening, Receipt receipt) {
    Receipt first = opening.receipt();
    Receipt expected =
        new Receipt(
            receipt.modelId(),
            receipt.instanceId(),
            receipt.host(),
            receipt.queryHash(),
            Bytes32.ZERO,
            receipt.permitHash(),
            receipt.servedAt(),
            receipt.clientRef());
    find(
        "opening",
        first.equals(expected),
        "The opening receipt is the final one without the answer.");
  }

  private void checkPermit(IssuedPermit issued, Receipt receipt) {
    Permit permit = issued.permit();
    find(
        "named",
        issued.permitHash().equals(receipt.permitHash()),
        "The receipt names this permit.");
    find(
        "same",
        permit.modelId().equals(receipt.modelId())
            && permit.instanceId().equals(receipt.instanceId())
            && permit.host().equals(receipt.host())
            && (permit.queryHash().equals(receipt.queryHash())
                || permit.queryHash().equals(Bytes32.ZERO)),
        "The permit is for this model, instance, host and query.");
    find(
        "time",
        permit.issuedAt() <= receipt.servedAt()
            && receipt.servedAt() <= permit.expiresAt()
            && permit.expiresAt() - permit.issuedAt() <= PermitCheck.LONGEST_LIFE,
        "The answer was served while the permit lived.");
    Address signer = issued.signer(domain);
    find(
        "signer",
        !signer.equals(Address.ZERO) && keys.isPermitSignerAt(signer, permit.issuedAt()),
        "A signer that the ledger authorises signed the permit.");
  }

  private void find(String name, boolean holds, String sentence) {
    findings.add(new Finding(name, holds, sentence));
  }
}
