package org.oml.gateway.defence;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import org.oml.gateway.chain.Node;
import org.oml.gateway.chain.Node.OpenedCase;
import org.oml.gateway.warning.Warning;
import org.oml.gateway.warning.Warnings;
import org.oml.protocol.Bytes32;

/** Finds cases on receipts against the instance. */
final class CaseWatch {

  private final Node node;
  private final Bytes32 instanceId;
  private final BlockScan scan;
  private final RebuttalFiles files;
  private final Warnings warnings;
  private final DefenceSteps steps;

  CaseWatch(
      Node node,
      Bytes32 instanceId,
      BlockScan scan,
      RebuttalFiles files,
      Warnings warnings,
      DefenceSteps steps) {
    this.node = node;
    this.instanceId = instanceId;
    this.scan = scan;
    this.files = files;
    this.warnings = warnings;
    this.steps = steps;
  }

  /** Records the cases up to a block. */
  void look(long head) throws IOException {
    scan.upTo(
        head,
        (from, to) -> {
          for (OpenedCase each : node.casesAgainst(instanceId, from, to)) {
            record(each);
          }
        });
  }

  private void record(OpenedCase opened) throws IOException {
    Optional<Rebuttal> known = files.find(opened.caseId());
    if (known.isEmpty()) {
      files.save(Rebuttal.of(opened));
      steps.reached(DefenceSteps.Step.CASE_RECORDED);
      warnings.raise(
          Warning.CASE_OPENED,
          opened.caseId().toString(),
          "A case was opened against this host; it can be rebutted until "
              + Instant.ofEpochSecond(opened.rebuttableUntil())
              + ".");
    } else if (!known.get().opened().equals(opened)) {
      // A reorganisation brought it again, in another transaction or at another time.
      files.save(known.get().openedAgain(opened));
    }
  }
}
