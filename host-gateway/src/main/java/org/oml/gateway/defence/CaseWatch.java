package org.oml.gateway.defence;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
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

  /** As many as nodes answer for in one call. */
  static final long BLOCKS_AT_ONCE = 2_000;

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
        record(each);
      }
      from = to + 1;
      if (to > lookedUpTo) {
        // A start after a long time away does not begin anew when it is cut off.
        lookedUpTo = to;
        files.saveLookedUpTo(to);
      }
    }
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
