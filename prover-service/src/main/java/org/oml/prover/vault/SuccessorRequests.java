package org.oml.prover.vault;

import java.util.List;
import org.oml.protocol.Bytes32;
import org.oml.servicekit.peer.Peer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks hosts for new instances before the keys of theirs run out. Only a host can get one, since it
 * signs for it; so the permission service is told, where a host's gateway hears of it.
 */
final class SuccessorRequests {

  private static final Logger LOG = LoggerFactory.getLogger(SuccessorRequests.class);

  /** What the permission service takes at once. */
  private static final int MOST = 4_096;

  private final KeyWatch watch;
  private final Peer permissionService;
  private boolean isTold;
  private boolean isFailing;

  SuccessorRequests(KeyWatch watch, Peer permissionService) {
    this.watch = watch;
    this.permissionService = permissionService;
  }

  private record Request(List<Bytes32> instanceIds) {}

  private record Taken(int instances) {}

  /** Tells again each time, since the other side may have been restored from a backup. */
  void ask() {
    List<Bytes32> scarce =
        watch.stock().stream()
            .filter(watch::isScarce)
            .map(KeyStock::instanceId)
            .limit(MOST)
            .toList();
    if (!scarce.isEmpty() || isTold) {
      Taken taken = permissionService.put("/v1/successors", new Request(scarce), Taken.class);
      isTold = taken.instances() > 0;
    }
    isFailing = false;
  }

  void failed(RuntimeException failure) {
    if (!isFailing) {
      LOG.warn("No host is asked for a new instance: {}", failure.getMessage());
    }
    isFailing = true;
  }
}
