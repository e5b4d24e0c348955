package org.oml.gateway.defence;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import org.oml.gateway.chain.Node.CourtCase;
import org.oml.host.journal.JournalArchive;
import org.oml.host.permit.PermissionServicePermits;
import org.oml.protocol.CodedException;
import org.oml.protocol.IssuedPermit;
import org.oml.protocol.SignedPermit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the permit that a case's receipt names: in the journal, else at the permission service. */
final class PermitFinder {

  private static final Logger LOG = LoggerFactory.getLogger(PermitFinder.class);

  private final JournalArchive journal;
  private final PermissionServicePermits service;

  PermitFinder(JournalArchive journal, PermissionServicePermits service) {
    this.journal = journal;
    this.service = service;
  }

  Optional<SignedPermit> find(CourtCase opened) throws IOException {
    Optional<IssuedPermit> kept =
        journal.permit(
            opened.queryHash(), opened.permitHash(), Instant.ofEpochSecond(opened.servedAt()));
    Optional<IssuedPermit> found = kept.isPresent() ? kept : atTheService(opened);
    return found.filter(SignedPermit.class::isInstance).map(SignedPermit.class::cast);
  }

  private Optional<IssuedPermit> atTheService(CourtCase opened) {
    try {
      return service.issued(opened.queryHash(), opened.permitHash());
    } catch (IOException | CodedException e) {
      LOG.warn("The permission service could not be asked for a permit that the journal lacks", e);
      return Optional.empty();
    }
  }
}
