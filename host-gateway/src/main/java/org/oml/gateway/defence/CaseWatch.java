package org.oml.gateway.defence;

import java.io.IOException;
import org.oml.gateway.chain.Node;
import org.oml.gateway.chain.Node.OpenedCase;
import org.oml.gateway.warning.Warning;
import org.oml.gateway.warning.Warnings;
import org.oml.protocol.Bytes32;

/**
 * Finds cases against the instance. The last blocks are looked at again each time: one that a
 * reorganisation put in place of another may hold a case.
 */
final class CaseWatch {

  private static final long BLOCKS_AT_ONCE = 2_000;

  private final Node node;
  private final Bytes32 instanceId;
  private final long firstBlock;
  private final long finalityDepth;
  private final RebuttalFiles files;
  private final Warnings warnings;
  private final DefenceSteps steps;
  private long lookedUpTo;

  CaseWatch(
      Node node,
      Bytes32 instanceId,
      long firstBlock,
      long finalityDepth,
      RebuttalFiles files,
      Warnings warnings,
      DefenceSteps steps)
      throws IOException {
    this.node = node;
    this.instanceId = instanceId;
    this.firstBlock = firstBlock;
    this.finalityDepth = finalityDepth;
    this.files = files;
    this.warnings = warnings;
    this.steps = steps;
    this.lookedUpTo = files.lookedUpTo(firstBlock);
  }

  /** Records the cases up to a block. */
  void look(long head) throws IOException {
    long from = Math.max(firstBlock, Math.min(lookedUpTo, head) - finalityDepth);
    while (from <= head) {
      long to = Math.min(head, from + BLOCKS_AT_ONCE - 1);
      for (OpenedCase each : node.casesAgainst(instanceId, from, to)) {
        if (!files.knows(each.caseId())) {
          files.save(Rebuttal.of(each.caseId(), each.rebuttableUntil()));
          steps.reached(DefenceSteps.Step.CASE_RECORDED);
          warnings.raise(
              Warning.CASE_OPENED,
              each.caseId().toString(),
              "A case was opened against this host; it can be rebutted until "
                  + java.time.Instant.ofEpochSecond(each.rebuttableUntil())
                  + ".");
        }
      }
      from = to + 1;
      if (to > lookedUpTo) {
        // A start after a long time away does not begin anew when it is cut off.
        lookedUpTo = to;
        files.saveLookedUpTo(to);
      }
    }
  }
}
