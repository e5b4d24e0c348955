package org.oml.registry.catalogue;

import java.util.List;
import java.util.Optional;
import org.oml.protocol.Bytes32;
import org.springframework.data.repository.Repository;

/** The table {@code revision}. */
interface RevisionRows extends Repository<RevisionRow, RevisionRow.Key> {

  List<RevisionRow> findByKeyModelIdOrderByPublishedAtAscKeyCommitAsc(Bytes32 modelId);

  Optional<RevisionRow> findById(RevisionRow.Key key);

  boolean existsById(RevisionRow.Key key);

  RevisionRow saveAndFlush(RevisionRow row);
}
