package org.oml.gateway.defence;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import org.oml.gateway.chain.Node;
import org.oml.gateway.chain.Node.OpenedCase;
import org.oml.gateway.chain.ReceiptInCallData;
import org.oml.host.HostIdentity;
import org.oml.host.journal.JournalArchive;
import org.oml.host.permit.PermissionServicePermits;
import org.oml.protocol.CodedException;
import org.oml.protocol.IssuedPermit;
import org.oml.protocol.Receipt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the answer that a case is about: its receipt in the journal, else in what the prover
 * revealed, and the permit that it names in the journal, else at the permission service.
 */
final class AnswerFinder {

  private static final Logger LOG = LoggerFactory.getLogger(AnswerFinder.class);

  private final Node node;
  private final HostIdentity host;
  private final JournalArchive journal;
  private final PermissionServicePermits service;

  AnswerFinder(
      Node node, HostIdentity host, JournalArchive journal, PermissionServicePermits service) {
    this.node = node;
    this.host = host;
    this.journal = journal;
    this.service = service;
  }

  /** The receipt with response root 0, which the court takes whatever the answer's root is. */
  Optional<Receipt> receipt(OpenedCase opened) throws IOException {
    Optional<Receipt> kept =
        journal.receipt(opened.queryHash(), receipt -> isAnswerOf(opened, receipt));
    Optional<Receipt> found = kept.isPresent() ? kept : revealed(opened);
    return found.map(Receipt::opening);
  }

  private Optional<Receipt> revealed(OpenedCase opened) throws IOException {
    return new ReceiptInCallData(host.modelId(), host.instanceId(), host.wallet())
        .find(node.callData(opened.transaction()), receipt -> isAnswerOf(opened, receipt));
  }

  private boolean isAnswerOf(OpenedCase opened, Receipt receipt) {
    return receipt.opening().digest(host.domain()).equals(opened.caseId());
  }

  Optional<IssuedPermit> permit(Receipt receipt) throws IOException {
    Optional<IssuedPermit> kept =
        journal.permit(
            receipt.queryHash(), receipt.permitHash(), Instant.ofEpochSecond(receipt.servedAt()));
    return kept.isPresent() ? kept : atTheService(receipt);
  }

  private Optional<IssuedPermit> atTheService(Receipt receipt) {
    try {
      return service.issued(receipt.queryHash(), receipt.permitHash());
    } catch (IOException | CodedException e) {
      LOG.warn("The permission service could not be asked for a permit that the journal lacks", e);
      return Optional.empty();
    }
  }
}
