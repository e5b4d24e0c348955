package org.oml.prover.evidence;

import java.util.List;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.prover.ProverError;
import org.oml.servicekit.peer.Peer;
import org.oml.servicekit.peer.PeerError;

/** Asks the permission service, which records every permit before it hands it out. */
final class PermissionServiceLookup implements PermitLookup {

  private static final String NO_PERMIT = "PERMISSION_NO_PERMIT";

  private final Peer permissionService;

  PermissionServiceLookup(Peer permissionService) {
    this.permissionService = permissionService;
  }

  private record Issued(String permit) {}

  private record Answer(List<Issued> permits) {}

  @Override
  public List<String> permitsFor(Bytes32 queryHash) {
    try {
      Answer answer = permissionService.get("/v1/permits/" + queryHash, Answer.class);
      return answer.permits().stream().map(Issued::permit).toList();
    } catch (CodedException e) {
      // Only the service's own word counts as "none": any other 404 may be a wrong address.
      if (e.code() instanceof PeerError refusal && refusal.code().equals(NO_PERMIT)) {
        return List.of();
      }
      throw new CodedException(
          ProverError.LOOKUP_FAILED, "The permission service did not say: " + e.getMessage(), e);
    }
  }
}
